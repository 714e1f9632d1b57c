package io.autoinit.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is sown into the code still fits it, so that the run that takes minutes need not find out.
 */
class MutantTest {

  @ParameterizedTest
  @EnumSource(Mutant.class)
  void each_change_fits_the_code_and_has_fleets_that_may_show_it(
      Mutant mutant, @TempDir Path directory) throws Exception {
    List<String> classPath =
        List.of(System.getProperty("java.class.path").split(File.pathSeparator, -1));

    Path classes = mutant.build(directory, classPath);

    assertThat(classes).isNotEmptyDirectory();
    assertThat(mutant.seeds(1)).isNotEmpty();
  }
}
