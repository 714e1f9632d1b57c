package io.autoinit.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

/** Any history can be looked at. */
class TimelineSvgTest {

  @Test
  void a_history_becomes_a_picture_with_lanes_steps_faults_and_READY() throws Exception {
    String svg =
        TimelineSvg.of("a <title>", Told.calmStart().fault("kill", "n2.1", 1_200).history());

    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)));
    assertThat(document.getDocumentElement().getTextContent())
        .contains("a <title>", "n1", "n2", "alpha", "files", "kill at here", "READY", "1 s");
  }
}
