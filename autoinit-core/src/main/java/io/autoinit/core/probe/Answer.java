package io.autoinit.core.probe;

/**
 * What a path says.
 *
 * @param code the HTTP status
 * @param type the media type
 * @param body the text
 */
record Answer(int code, String type, String body) {

  static final String PLAIN = "text/plain; charset=utf-8";

  static Answer plain(int code, String line) {
    return new Answer(code, PLAIN, line + "\n");
  }
}
