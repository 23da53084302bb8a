import ArgumentParser
import EmbedRec
import Evaluation
import Foundation

/// `embedrec`: one file for each subcommand, no logic of its own.
@main
struct EmbedRecCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embedrec",
    abstract: "Recommendations from a catalogue and a click log, on this machine.",
    discussion: """
      Two commands do the main job:

        embedrec index --items items.csv --interactions clicks.csv --index shop.index
        embedrec query --index shop.index --user alice

      The first reads your files, encodes the items' texts and learns from the
      clicks. The second answers from what the first wrote. Check files beforehand
      with `embedrec validate`.

      Results go to standard output, everything else to standard error. Exit
      statuses:
        0    done
        64   the command line makes no sense
        65   a file that was read, or the index, is malformed or damaged
        66   an index, a file, a user or an item that was named isn't there
        69   the model is missing, incomplete, or not the one that made the index
        74   the disk is full, or a file or folder can't be read or written
        75   another process is building this index: try again later
        130  stopped by Ctrl-C; what was published before is untouched

      Complete the commands in your shell with `embedrec
      --generate-completion-script bash` (or zsh, or fish).
      """,
    version: EmbedRecVersion.current,
    subcommands: [
      IndexCommand.self, QueryCommand.self, AddCommand.self, ValidateCommand.self,
      InfoCommand.self, EncodeCommand.self, ModelCommand.self, EvaluateCommand.self,
    ])

  static func main() async {
    // A file beyond the size limit is an error of the write that meets it, not the end of the
    // process, which would be silent.
    signal(SIGXFSZ, SIG_IGN)
    do {
      var command = try parseAsRoot()
      do {
        if var asynchronous = command as? any AsyncParsableCommand {
          try await asynchronous.run()
        } else {
          try command.run()
        }
      } catch let error as EmbedRecError {
        StandardError.write("error: \(error)\n")
        throw ExitCode(ExitStatus.of(error.kind))
      } catch let error as InputError {
        StandardError.write("error: \(error)\n")
        throw ExitCode(ExitStatus.of(EmbedRecError(error).kind))
      } catch let error as EvaluationError {
        StandardError.write("error: \(error)\n")
        throw ExitCode(ExitStatus.of(.input))
      } catch is CancellationError {
        StandardError.write("error: stopped\n")
        throw ExitCode(ExitStatus.of(.cancelled))
      }
    } catch { exit(withError: error) }
  }
}
