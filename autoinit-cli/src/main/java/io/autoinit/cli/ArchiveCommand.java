package io.autoinit.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code autoinit archive}, for the help: the launcher makes the archive itself. */
@Command(
    name = "archive",
    customSynopsis = "autoinit archive",
    description = {
      "Makes an archive of classes for this Java in the distribution's archive directory.",
      "With it a restart with nothing to do takes about two thirds of its time. Meant for the build of an image;",
      "to be made again when jars of the distribution are added, removed or changed."
    },
    footer = {"", "Examples:", "  RUN /opt/autoinit/bin/autoinit archive"})
final class ArchiveCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "only bin/autoinit makes an archive, and takes no options for it");
  }
}
