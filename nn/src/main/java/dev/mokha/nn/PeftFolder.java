package dev.mokha.nn;

import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An adapter folder as Hugging Face's PEFT writes it, for LoRA, DoRA and rsLoRA: `adapter_config.json` and
/// `adapter_model.safetensors`, with names such as `base_model.model.<path>.lora_A.weight`.
///
/// @param path the folder
/// @param lora the policy it describes
/// @param baseModel the name or path of the model it was trained on; empty when it tells none
/// @param parameters ends of the paths of tensors of many experts that it changes, `target_parameters`
public record PeftFolder(Path path, LoRA lora, String baseModel, List<String> parameters) {
    /// The file by which such a folder is known.
    public static final String CONFIG = "adapter_config.json";
    /// The file with the weights.
    public static final String WEIGHTS = "adapter_model.safetensors";

    private static final String PARAMETERS = "target_parameters";
    private static final String PREFIX = "base_model.model.";
    private static final List<String> UNSUPPORTED_TABLES = List.of(
            "rank_pattern",
            "alpha_pattern",
            "modules_to_save",
            "layers_to_transform",
            "layer_replication",
            "trainable_token_indices",
            "exclude_modules");
    /// A pattern that nothing matches.
    private static final String NOTHING = "(?!)";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// Reads the configuration of a folder: build the model with [#lora] as its policy, then call [#into].
    ///
    /// @throws IllegalArgumentException when it is missing, malformed, or asks for what is not supported
    public static PeftFolder open(Path folder) {
        PeftFolder opened = openWithParameters(folder);
        if (!opened.parameters.isEmpty()) {
            throw new IllegalArgumentException(
                    folder.resolve(CONFIG) + ": " + PARAMETERS + " is not supported, found " + opened.parameters);
        }
        return opened;
    }

    /// The same for who reads [#parameters] too; [#into] does not.
    public static PeftFolder openWithParameters(Path folder) {
        Path file = folder.resolve(CONFIG);
        if (!Files.exists(file)) {
            throw new IllegalArgumentException(folder + " is no adapter folder: it has no " + CONFIG);
        }
        JsonNode config;
        try {
            config = JSON.readTree(Files.readString(file));
        } catch (IOException | JacksonException e) {
            throw new IllegalArgumentException(file + " cannot be read: " + e.getMessage(), e);
        }
        requireOnly(file, config, "peft_type", "LORA");
        requireOnly(file, config, "bias", "none");
        for (String flag : List.of("use_qalora", "use_bdlora", "fan_in_fan_out", "lora_bias")) {
            if (config.path(flag).asBoolean(false)) {
                throw new IllegalArgumentException(file + ": " + flag + " is not supported");
            }
        }
        for (String table : UNSUPPORTED_TABLES) {
            if (!config.path(table).isEmpty()) {
                throw new IllegalArgumentException(
                        file + ": " + table + " is not supported, found " + config.get(table));
            }
        }
        try {
            List<String> parameters = config.path(PARAMETERS)
                    .valueStream()
                    .map(JsonNode::asString)
                    .toList();
            return new PeftFolder(
                    folder,
                    new LoRA(
                            targets(config.path("target_modules"), !parameters.isEmpty()),
                            config.path("r").asInt(0),
                            config.path("lora_alpha").asDouble(0),
                            config.path("lora_dropout").asDouble(0),
                            config.path("use_dora").asBoolean(false) ? LoRA.Form.DORA : LoRA.Form.LORA,
                            config.path("use_rslora").asBoolean(false) ? LoRA.Scale.ROOT_OF_RANK : LoRA.Scale.RANK),
                    config.path("base_model_name_or_path").asString(""),
                    parameters);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    private static String targets(JsonNode modules, boolean mayBeNone) {
        if (mayBeNone && modules.isEmpty() && !modules.isString()) {
            return NOTHING;
        }
        if (modules.isString() && !modules.asString().equals("all-linear")) {
            return modules.asString();
        }
        if (!modules.isArray() || modules.isEmpty()) {
            throw new IllegalArgumentException("target_modules must be a list or a pattern, found " + modules);
        }
        var names = new ArrayList<String>();
        modules.forEach(module -> names.add(Pattern.quote(module.asString())));
        return String.join("|", names);
    }

    private static void requireOnly(Path file, JsonNode config, String key, String wanted) {
        String found = config.path(key).asString(wanted);
        if (!found.equals(wanted)) {
            throw new IllegalArgumentException(file + ": " + key + " '" + found + "' is not supported, only " + wanted);
        }
    }

    /// {@return the name of the tensor `A` of a projection, `[rank, inputs]`}
    public static String nameOfA(String projection) {
        return PREFIX + projection + "." + LoraLinear.A;
    }

    /// {@return the name of the tensor `B` of a projection, `[outputs, rank]`}
    public static String nameOfB(String projection) {
        return PREFIX + projection + "." + LoraLinear.B;
    }

    /// Puts the stored weights into a model that was built with [#lora] as its policy.
    ///
    /// @throws IllegalArgumentException when its adapters and the stored ones do not fit: one message about all
    public void into(Params params) {
        Map<String, Tensor> wanted = tensors(params);
        try (var file = Safetensors.open(path.resolve(WEIGHTS));
                var _ = Scope.open("adapter")) {
            var mismatch = new Mismatch();
            var unused = new ArrayList<>(file.names());
            wanted.forEach((name, tensor) -> {
                if (!unused.remove(name)) {
                    mismatch.missing(name);
                } else if (!Arrays.equals(file.info(name).sizes(), tensor.shape())) {
                    mismatch.misshaped(name, tensor.shape(), file.info(name).sizes(), WEIGHTS);
                }
            });
            mismatch.check(Weights.of(file), wanted.size(), unused);
            wanted.forEach((name, tensor) -> tensor.copyInPlace(file.tensor(name)));
        }
    }

    /// Writes the adapters of a model.
    ///
    /// @param params a tree whose policy is [LoRA]
    /// @param baseModel what PEFT opens as the base: a name or a path
    /// @param taskType PEFT's word for the model's purpose, such as `CAUSAL_LM`
    public static void write(Path folder, Params params, String baseModel, String taskType) {
        if (!(params.adapter() instanceof LoRA lora)
                || params.adapters().byPath().isEmpty()) {
            throw new IllegalArgumentException("the model has no LoRA adapters to write to " + folder);
        }
        var modules = new TreeSet<String>();
        params.adapters().byPath().keySet().forEach(at -> modules.add(at.substring(at.lastIndexOf('.') + 1)));
        var config = new LinkedHashMap<String, Object>();
        config.put("peft_type", "LORA");
        config.put("task_type", taskType);
        config.put("base_model_name_or_path", baseModel);
        config.put("r", lora.rank());
        config.put("lora_alpha", lora.alpha());
        config.put("lora_dropout", lora.dropout());
        config.put("use_dora", lora.form() == LoRA.Form.DORA);
        config.put("use_rslora", lora.scale() == LoRA.Scale.ROOT_OF_RANK);
        config.put("target_modules", reachesOnly(modules, params) ? modules : exactly(params));
        config.put("bias", "none");
        config.put("fan_in_fan_out", false);
        config.put("inference_mode", true);
        try {
            Files.createDirectories(folder);
            Files.writeString(
                    folder.resolve(CONFIG),
                    JSON.writerWithDefaultPrettyPrinter().writeValueAsString(config) + "\n");
        } catch (IOException e) {
            throw new IllegalArgumentException(folder + " cannot be written: " + e.getMessage(), e);
        }
        Safetensors.write(folder.resolve(WEIGHTS), tensors(params), Map.of());
    }

    /// Whether the last names alone select the adapted projections and no other.
    private static boolean reachesOnly(TreeSet<String> modules, Params params) {
        return params.named().keySet().stream()
                .filter(name -> name.endsWith(".weight") && !name.contains(".lora_"))
                .map(name -> name.substring(0, name.length() - ".weight".length()))
                .filter(at -> modules.contains(at.substring(at.lastIndexOf('.') + 1)))
                .allMatch(at -> params.adapters().byPath().containsKey(at));
    }

    private static List<String> exactly(Params params) {
        return List.copyOf(params.adapters().byPath().keySet());
    }

    private static Map<String, Tensor> tensors(Params params) {
        var tensors = new LinkedHashMap<String, Tensor>();
        params.adapters()
                .byPath()
                .forEach((at, projection) -> projection
                        .parts()
                        .forEach(part -> tensors.put(PREFIX + at + "." + part, params.get(at + "." + part))));
        return tensors;
    }
}
