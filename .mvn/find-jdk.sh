# Sourced by mokha and mvnw. find_jdk sets JAVA_HOME to a JDK 25 or newer, or says what to install.

# The feature release of the JDK in folder $1, from its release file: no JVM is started.
jdk_release() {
    [ -x "$1/bin/java" ] && [ -f "$1/release" ] || return 1
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

is_jdk() {
    [ -x "$1/bin/javac" ] || return 1
    release=$(jdk_release "$1") || return 1
    [ "${release:-0}" -ge 25 ]
}

find_jdk() {
    on_path=$(command -v javac 2>/dev/null || true)
    if [ -n "$on_path" ]; then
        on_path=$(readlink -f "$on_path" 2>/dev/null || echo "$on_path")
        on_path=$(dirname "$(dirname "$on_path")")
    fi
    for home in "${JAVA_HOME:-}" "$on_path" \
        /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
        "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.asdf/installs/java/* \
        "$HOME"/.local/share/mise/installs/java/* "$HOME"/.gradle/jdks/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        "/c/Program Files/Java"/* "/c/Program Files/Eclipse Adoptium"/*; do
        if [ -n "$home" ] && is_jdk "$home"; then
            JAVA_HOME=$home
            return 0
        fi
    done
    newest=$(java -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/\1/p' | head -n 1)
    echo "Mokha needs a JDK 25 or newer; none is in JAVA_HOME, on the PATH or in the usual folders${newest:+ (java on the PATH is $newest)}." >&2
    echo "Install one: Debian or Ubuntu: apt install openjdk-25-jdk, or Temurin 25 from adoptium.net; macOS: brew install openjdk; anywhere: sdk install java 25-tem. Or set JAVA_HOME to one." >&2
    return 1
}
