package io.autoinit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page about the simulation says what is in the code. */
class PageTest {

  @Test
  void the_page_names_each_rule() throws Exception {
    if (Page.writes()) {
      Page.write("rules", Page.rules());
    }
    assertThat(Page.block("rules"))
        .as("write it with -Dautoinit.docs.write=true")
        .isEqualTo(Page.rules());
  }

  /** After how many seeds each was found changes with every change of the code. */
  @Test
  void the_page_names_each_sown_fault() throws Exception {
    List<String> rows = Page.block("sown-faults").lines().skip(2).toList();

    assertThat(rows)
        .as("write it with -Dautoinit.docs.write=true -Dtest=SownFaultsTest")
        .extracting(row -> row.split(" \\| ", -1)[0])
        .containsExactly(
            Arrays.stream(SownFault.values())
                .map(fault -> "| " + fault.what())
                .toArray(String[]::new));
  }
}
