package io.autoinit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

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
}
