package dev.mokha.serve.http;

import dev.mokha.nn.PeftFolder;
import dev.mokha.serve.engine.UnknownAdapterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Loads and unloads adapters over HTTP, under vLLM's paths and fields. Only from below one folder, which
/// whoever started the server has named: who names none has adapters that nobody changes.
final class AdapterRoutes {
    static final String LOAD = "/v1/load_lora_adapter";
    static final String UNLOAD = "/v1/unload_lora_adapter";

    private final ServedModel model;
    private final @Nullable Path root;
    private final Set<String> encoders;

    /// @param root below which folders lie; null where nothing is loaded
    /// @param encoders the names of those beside the model
    AdapterRoutes(ServedModel model, @Nullable Path root, Set<String> encoders) {
        this.model = model;
        this.root = root;
        this.encoders = encoders;
    }

    static boolean handles(String path) {
        return path.equals(LOAD) || path.equals(UNLOAD);
    }

    /// Does what is asked.
    ///
    /// @return what to say
    String handle(String path, Fields fields) {
        if (root == null) {
            throw ApiException.of(
                    403,
                    "adapters_are_fixed",
                    "this server's adapters stay as they are; start it with --adapter-root FOLDER to load others"
                            + " from there");
        }
        String name = required(fields, "lora_name");
        return path.equals(LOAD) ? load(name, fields, root) : unload(name, fields);
    }

    private static String required(Fields fields, String field) {
        @Nullable String text = fields.text(field);
        if (text == null || text.isBlank()) {
            throw ApiException.field(field, "`" + field + "` is missing; it must be a string that is not empty");
        }
        return text;
    }

    private String load(String name, Fields fields, Path root) {
        String path = required(fields, "lora_path");
        fields.ignore(List.of("lora_int_id"));
        fields.end();
        if (model.names().contains(name)) {
            throw ApiException.field("lora_name", "`" + name + "` is the model's own name; take another");
        }
        if (encoders.contains(name)) {
            throw ApiException.field("lora_name", "`" + name + "` is the name of an encoder; take another");
        }
        Path folder = inside(root, path);
        try {
            model.engine().adapters().load(name, folder);
        } catch (IllegalArgumentException e) {
            throw ApiException.of(400, "adapter_refused", String.valueOf(e.getMessage()));
        }
        return "Success: LoRA adapter '" + name + "' added successfully.";
    }

    private String unload(String name, Fields fields) {
        fields.ignore(List.of("lora_int_id"));
        fields.end();
        try {
            model.engine().adapters().unload(name);
        } catch (UnknownAdapterException e) {
            throw ApiException.of(404, "adapter_not_found", "lora_name", String.valueOf(e.getMessage()));
        }
        return "Success: LoRA adapter '" + name + "' removed successfully.";
    }

    /// {@return the folder, which with its files lies below the root, links followed}
    private static Path inside(Path root, String path) {
        try {
            Path real = root.toRealPath();
            Path asked = root.toAbsolutePath().normalize().resolve(path).normalize();
            if (!asked.startsWith(root.toAbsolutePath().normalize()) && !asked.startsWith(real)) {
                throw outside(path);
            }
            if (!Files.isDirectory(asked)) {
                throw ApiException.of(
                        404, "adapter_not_found", "lora_path", "there is no folder `" + path + "` below the root");
            }
            Path folder = asked.toRealPath();
            for (Path file : List.of(folder.resolve(PeftFolder.CONFIG), folder.resolve(PeftFolder.WEIGHTS))) {
                if (Files.exists(file) && !file.toRealPath().startsWith(real)) {
                    throw outside(path);
                }
            }
            if (!folder.startsWith(real)) {
                throw outside(path);
            }
            return folder;
        } catch (InvalidPathException e) {
            throw ApiException.field("lora_path", "`lora_path` is no path: " + e.getReason());
        } catch (IOException e) {
            throw ApiException.of(404, "adapter_not_found", "lora_path", "`" + path + "` cannot be read");
        }
    }

    private static ApiException outside(String path) {
        return ApiException.of(
                403,
                "outside_root",
                "lora_path",
                "`" + path + "` does not lie below the folder that --adapter-root names; put the adapter there");
    }
}
