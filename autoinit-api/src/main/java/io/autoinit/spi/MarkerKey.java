package io.autoinit.spi;

import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.RunId;

/**
 * Whose marker: one node, in one run of one application (MARK-2).
 *
 * @param namespace the application
 * @param node the node
 * @param runId the deployment
 */
public record MarkerKey(Namespace namespace, NodeId node, RunId runId) {}
