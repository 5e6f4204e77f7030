import Foundation
import TestSupport
import Testing

/// Scripts with which shells complete the command line.
@Suite(.serialized) struct CompletionTests {
    private func script(_ shell: String) throws -> String {
        let outcome = try Program.run("--generate-completion-script", shell)
        #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        return outcome.output
    }

    /// The first words of the lines that a command prints.
    private func names(_ arguments: String...) throws -> [String] {
        let lines = try Program.finish(Program.start(arguments)).output.split(separator: "\n")
        return lines.compactMap { $0.split(separator: " ").first.map(String.init) }
    }

    /// The commands that the help lists: lines indented by two, those by more go on from the line above.
    private func commands() throws -> [String] {
        let lines = try Program.run("--help").output.split(separator: "\n", omittingEmptySubsequences: false)
        let list = lines.drop { !$0.hasPrefix("SUBCOMMANDS:") }.dropFirst().prefix { !$0.isEmpty }
        return list.filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }.compactMap {
            $0.split(separator: " ").first.map(String.init)
        }
    }

    @Test("name every command and stage, and the kinds of files", arguments: ["bash", "zsh", "fish"])
    func contents(shell: String) throws {
        let script = try script(shell)
        let commands = try self.commands()
        #expect(
            commands.count >= 5 && Set(["run", "check", "stage", "stages", "info"]).isSubset(of: commands))
        let stages = try names("stages")
        #expect(stages.count >= 8 && stages.contains("autoflag"))
        for name in commands + stages + ["yaml", "uvh5", "progress", "link-capacity"] {
            #expect(script.contains(name), "\(name)")
        }
    }

    @Test("are valid for the shell that is to run them", arguments: ["bash", "zsh", "fish"])
    func syntax(shell: String) throws {
        let program = ["/bin", "/usr/bin", "/usr/local/bin"].map { "\($0)/\(shell)" }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
        guard let program else { return }
        let scratch = try Scratch()
        let path = try scratch.write(try script(shell), to: "completions")
        let check = try Peers.run(program, ["-n", path], withErrors: true)
        #expect(check.status == 0 && check.output.isEmpty, "\(check.output)")
    }

    /// What bash offers for the last word of a command line.
    private func offers(_ words: [String], in scratch: Scratch) throws -> [String] {
        try scratch.write(try script("bash"), to: "completions")
        try scratch.write(
            """
            export PATH="\(Program.path.deletingLastPathComponent().path):$PATH"
            cd '\(scratch.path)' && source ./completions
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE} COMP_TYPE=9
            _sluice sluice "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
            printf '%s\\n' "${COMPREPLY[@]}"
            """, to: "ask")
        let answer = try Peers.run(
            "/bin/bash", ["--norc", scratch["ask"], "sluice"] + words, withErrors: true)
        return answer.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    @Test(
        "offer commands, stages, files and what a pipeline or a stage can be set to",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/bash"), "no bash"))
    func bash() throws {
        let scratch = try Scratch()
        try scratch.write(
            try String(contentsOf: PipelinesTests.folder.appending(path: "flag.yaml"), encoding: .utf8),
            to: "flag.yaml")
        for name in ["night.h5", "notes.txt"] { try scratch.write("", to: name) }
        #expect(try offers(["che"], in: scratch) == ["check"])
        #expect(try offers(["stage", "autof"], in: scratch) == ["autoflag"])
        #expect(try offers(["stages", "im"], in: scratch) == ["image"])
        #expect(try offers(["run", "fl"], in: scratch) == ["flag.yaml"])
        #expect(try offers(["info", "n"], in: scratch) == ["night.h5"])
        #expect(try offers(["run", "--progress", "p"], in: scratch) == ["plain"])
        #expect(try offers(["run", "flag.yaml", "obs"], in: scratch) == ["observation="])
        let own = try offers(["stage", "mask", ""], in: scratch)
        #expect(
            Set(["--mask", "--dilate", "--input", "--memory", "--overwrite"]).isSubset(of: own), "\(own)")
        let begun = try offers(["stage", "mask", "--di"], in: scratch)
        #expect(begun.sorted() == ["--digest-inputs", "--dilate", "--dilate-channels"])
    }
}
