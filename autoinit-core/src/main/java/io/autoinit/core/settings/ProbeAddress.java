package io.autoinit.core.settings;

import java.util.Optional;

/**
 * Where probes are answered.
 *
 * @param host the address; empty: all addresses of this machine
 * @param port the port, 1 to 65535
 */
public record ProbeAddress(Optional<String> host, int port) {}
