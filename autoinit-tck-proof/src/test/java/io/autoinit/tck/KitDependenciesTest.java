package io.autoinit.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** Who takes the kit takes no server, no Docker, no logging and no core with it. */
class KitDependenciesTest {

  @Test
  void the_kit_depends_on_the_api_jspecify_and_jupiter_and_brings_them_with_it() throws Exception {
    assertThat(dependencies("../autoinit-tck/pom.xml"))
        .containsExactlyInAnyOrder(
            "io.autoinit:autoinit-api",
            "org.jspecify:jspecify",
            "org.junit.jupiter:junit-jupiter-api");
    assertThat(dependencies("../autoinit-api/pom.xml")).containsOnlyOnce("org.jspecify:jspecify");
  }

  @Test
  void its_module_requires_the_same() {
    ModuleDescriptor kit =
        ModuleFinder.of(location()).find("io.autoinit.tck").orElseThrow().descriptor();
    assertThat(
            kit.requires().stream()
                .map(r -> r.name() + (r.modifiers().contains(STATIC) ? " static" : ""))
                .collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(
            "java.base", "io.autoinit.api", "org.junit.jupiter.api", "org.jspecify static");
  }

  private static final ModuleDescriptor.Requires.Modifier STATIC =
      ModuleDescriptor.Requires.Modifier.STATIC;

  private static Path location() {
    try {
      return Path.of(BackendTck.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (java.net.URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** All that are not for the module's own tests. */
  private static List<String> dependencies(String pom) throws Exception {
    Document document =
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new File(pom));
    var found =
        (NodeList)
            XPathFactory.newInstance()
                .newXPath()
                .evaluate(
                    "/project/dependencies/dependency[not(scope='test')]",
                    document,
                    XPathConstants.NODESET);
    List<String> dependencies = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      String[] words = found.item(i).getTextContent().strip().split("\\s+", -1);
      dependencies.add(words[0] + ":" + words[1]);
    }
    return dependencies;
  }
}
