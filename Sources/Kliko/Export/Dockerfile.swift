import Pipeline

/// The recipe of an image.
struct Dockerfile {
    let container: Container
    let files: ProgramFiles

    /// Where the program and what belongs to it lie in the image.
    static let folder = "/opt/sluice"

    /// Its text. `CMD` and no `ENTRYPOINT`: kliko also runs `/bin/cat /kliko.yml` in the image.
    var text: String {
        let image = container.document.container
        let packages = files.packages.map { "        \($0) \\\n" }.joined()
        return """
            # \(image): \(oneLine(container.description))
            # Made by sluice \(Sluice.version). Build it in this folder:  podman build -t \(image) .
            FROM \(files.base)
            RUN apt-get update \\
                && apt-get install -y --no-install-recommends \\
            \(packages)    && rm -rf /var/lib/apt/lists/* \\
                && ln -s \(Self.folder)/sluice /kliko
            COPY sluice/ \(Self.folder)/
            COPY kliko.yml /kliko.yml
            CMD ["/kliko"]

            """
    }

    private func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
