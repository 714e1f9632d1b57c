package io.autoinit.examples.shop.fleet;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A customer's visit to a replica: one request for each kind of page.
 *
 * @param answers what came back, one for each page
 */
record Visit(List<String> answers) {

  private static final List<String> PAGES =
      List.of("", "products?page=5000", "static/shop.css", "health");
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final HttpClient CLIENT = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

  static Visit to(URI shop) throws InterruptedException {
    List<String> answers = new ArrayList<>();
    for (String page : PAGES) {
      HttpRequest request = HttpRequest.newBuilder(shop.resolve(page)).timeout(PATIENCE).build();
      String answer;
      try {
        HttpResponse<String> response = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        answer = "/%s %d".formatted(page, response.statusCode());
      } catch (IOException e) {
        answer = "/%s does not answer (%s)".formatted(page, e.getMessage());
      }
      answers.add(answer);
    }
    return new Visit(List.copyOf(answers));
  }

  boolean good() {
    return answers.size() == PAGES.size() && answers.stream().allMatch(a -> a.endsWith(" 200"));
  }

  @Override
  public String toString() {
    return String.join(", ", answers);
  }
}
