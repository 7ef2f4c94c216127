package dev.mokha.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Values that a reference implementation computed: `fixtures/NAME.json`, committed with the script that made it.
public final class Golden {
    private final Path file;
    private final JsonNode root;

    private Golden(Path file, JsonNode root) {
        this.file = file;
        this.root = root;
    }

    /// {@return a file or folder under `fixtures/`}
    public static Path path(String name) {
        String repository = System.getProperty("mokha.root");
        if (repository == null) {
            throw new IllegalStateException("the system property mokha.root is not set; the build sets it for tests,"
                    + " elsewhere start Java with -Dmokha.root=<the repository>");
        }
        Path path = Path.of(repository, "fixtures", name);
        if (!Files.exists(path)) {
            throw new IllegalArgumentException("no fixture " + path);
        }
        return path;
    }

    /// Reads `fixtures/NAME`.
    public static Golden read(String name) {
        Path file = path(name);
        return new Golden(file, JsonMapper.shared().readTree(file));
    }

    /// {@return the value at a path such as `adam/steps/0`}
    public JsonNode at(String path) {
        JsonNode node = root.at(path.isEmpty() ? "" : "/" + path);
        if (node.isMissingNode()) {
            throw new IllegalArgumentException(file + " has nothing at '" + path + "'");
        }
        return node;
    }

    /// {@return the numbers at a path, nested arrays flattened in order}
    public double[] doubles(String path) {
        return leaves(path).stream().mapToDouble(JsonNode::doubleValue).toArray();
    }

    /// {@return the integers at a path, nested arrays flattened in order}
    public long[] longs(String path) {
        return leaves(path).stream().mapToLong(JsonNode::longValue).toArray();
    }

    /// {@return the number at a path}
    public double number(String path) {
        return at(path).doubleValue();
    }

    /// {@return the string at a path}
    public String text(String path) {
        return at(path).stringValue();
    }

    private List<JsonNode> leaves(String path) {
        var leaves = new ArrayList<JsonNode>();
        collect(at(path), leaves);
        return leaves;
    }

    private static void collect(JsonNode node, List<JsonNode> leaves) {
        if (node.isArray()) {
            node.forEach(child -> collect(child, leaves));
        } else {
            leaves.add(node);
        }
    }
}
