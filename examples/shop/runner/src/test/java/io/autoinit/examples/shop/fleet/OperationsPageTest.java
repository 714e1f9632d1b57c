package io.autoinit.examples.shop.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How the page of operations is read, and what counts as the same. */
class OperationsPageTest {

  private static final OperationsPage PAGE =
      new OperationsPage(
          """
          # Operations
          ```
          $ autoinit of-no-section
          ```
          ## One
          ```hocon
          # a sample
          ```
          ```
          $ autoinit status
          old
          ```
          ## Nothing is typed
          ## Two
          ```
          # log of web-1
          ```
          ```
          $ autoinit doctor
          ```
          """
              .lines()
              .toList());

  @Test
  void aSectionHasItsBlocksAndNoOthers() {
    assertThat(PAGE.sections()).containsExactly("One", "Two");
    assertThat(heads("One")).containsExactly("$ autoinit status");
    assertThat(heads("Two")).containsExactly("# log of web-1", "$ autoinit doctor");
  }

  private static List<String> heads(String section) {
    return PAGE.blocks(section).stream().map(OperationsPage.Block::head).toList();
  }

  @Test
  void whatCameOutStandsInPlaceOfWhatStoodThere() {
    List<String> log = List.of("# log of web-1", "new", "newer");
    List<String> doctor = List.of("$ autoinit doctor", "newest");
    String text = PAGE.with("Two", List.of(log, doctor)).text();
    assertThat(text)
        .contains("```\n# log of web-1\nnew\nnewer\n```\n```\n$ autoinit doctor\nnewest\n```\n")
        .contains("$ autoinit status\nold\n");
  }

  @Test
  void onlyWhatASlowerMachineWouldSayMakesNoDifference() {
    assertThat(lasting("autoinit 03:00:01 seed: 10,000 of 100,000 products, after 1.2 s"))
        .isEqualTo(lasting("autoinit 04:10:59 seed: 90,000 of 100,000 products, after 2 min 1 s"));
    assertThat(lasting("silent for longer than 4 s"))
        .isNotEqualTo(lasting("silent for longer than 5 s"));
    assertThat(lasting("held by web-1/7/5f3a9c01"))
        .isNotEqualTo(lasting("held by web-2/7/5f3a9c01"));
    assertThat(lasting("token 17")).isNotEqualTo(lasting("token 18"));
    assertThat(lasting("v42")).isNotEqualTo(lasting("v43"));
  }

  private static List<String> lasting(String line) {
    return Sample.lasting(List.of(line));
  }

  @Test
  void theSameThingHasTheSameNameThroughoutASection() {
    Sample sample = new Sample(Map.of("127.0.0.1:38123", "db:5432"));
    assertThat(
            sample.of(
                List.of(
                    "12:59:59 web-1/22148/a4935936, token 1795642356172608",
                    "13:00:01 web-2/31/00000001, token 1795642357758576",
                    "web-1/22148/a4935936, token 1795642356172608, Postgres at 127.0.0.1:38123")))
        .containsExactly(
            "03:00:00 web-1/7/5f3a9c01, token 17",
            "03:00:02 web-2/107/be753802, token 18",
            "web-1/7/5f3a9c01, token 17, Postgres at db:5432");
  }
}
