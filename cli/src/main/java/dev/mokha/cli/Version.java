package dev.mokha.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IVersionProvider;

/// What `--version` says, and what `run.json` records.
final class Version implements IVersionProvider {
    /// {@return the version of this build}
    static String mokha() {
        @Nullable String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version; // classes in a folder have no manifest
    }

    @Override
    public String[] getVersion() {
        return new String[] {
            "mokha " + mokha(),
            "Java " + Runtime.version() + " on " + System.getProperty("os.name") + " " + System.getProperty("os.arch")
        };
    }
}
