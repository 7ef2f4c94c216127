package dev.mokha.knowledge.link;

import dev.mokha.knowledge.link.Embeddings.Rows;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Params;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// A scorer with the vectors of a graph's entities and relations: on disk a folder with `config.json` and
/// `model.safetensors`.
public final class LinkModel implements AutoCloseable {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final double NORM_EPS = 1e-5;

    private final Config config;
    private final Params params;
    private final Tensor entities;
    private final Tensor relations;
    private final Scorer scorer;

    private LinkModel(Config config, Params params) {
        this.config = config;
        this.params = params;
        ScorerConfig of = config.scorer();
        this.entities = params.with(of.entityInit(config.entities()))
                .embedding("entities", config.entities(), of.entityWidth())
                .weight();
        this.relations = params.with(of.relationInit(config.relations()))
                .embedding("relations", config.relations(), of.relationWidth())
                .weight();
        this.scorer = of.scorer(params);
        params.finish();
    }

    /// What `config.json` says.
    ///
    /// @param entities how many there are
    /// @param relations how many there are, inverses counted: an even number
    public record Config(ScorerConfig scorer, int entities, int relations) {
        public Config {
            ScorerConfig.requirePositive("entities", entities);
            if (relations < 2 || relations % 2 != 0) {
                throw new IllegalArgumentException("relations come in pairs, each with its inverse, not " + relations);
            }
        }
    }

    /// A model that has learned nothing, drawn from a seed.
    public static LinkModel fresh(Config config, long seed) {
        return of(config, Loading.forTraining(Device.CPU).seed(seed));
    }

    /// A model that has learned nothing, in the type and place that `loading` says.
    public static LinkModel of(Config config, Loading loading) {
        return new LinkModel(config, Params.fresh(loading));
    }

    /// Reads a folder that [#save] wrote, or a checkpoint of a training beside its `config.json`.
    public static LinkModel load(Path folder) {
        return load(readConfig(folder.resolve("config.json")), folder);
    }

    /// Reads the weights of a folder, such as a training's checkpoint.
    public static LinkModel load(Config config, Path folder) {
        return new LinkModel(
                config,
                Params.from(
                        Safetensors.open(folder),
                        Loading.forTraining(Device.CPU).as(dev.mokha.tensor.DType.FLOAT32)));
    }

    static Config readConfig(Path file) {
        try {
            return JSON.readValue(Files.readString(file), Config.class);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " could not be read", e);
        }
    }

    /// Writes `config.json` and `model.safetensors`.
    public void save(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("config.json"), JSON.writeValueAsString(config) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " could not be written", e);
        }
        Safetensors.write(folder.resolve(Safetensors.FILE), params.named(), Map.of());
    }

    /// {@return what the model is}
    public Config config() {
        return config;
    }

    /// {@return all parameters}
    public Params params() {
        return params;
    }

    /// {@return what makes scores of vectors}
    public Scorer scorer() {
        return scorer;
    }

    /// {@return `[entities, entityWidth]`}
    public Tensor entities() {
        return entities;
    }

    /// {@return `[relations, relationWidth]`, inverses included}
    public Tensor relations() {
        return relations;
    }

    /// {@return questions, `[questions, entityWidth]`}
    /// @param subjects ids, `[questions]`
    /// @param relations ids, `[questions]`
    public Tensor ask(Tensor subjects, Tensor relations) {
        return scorer.ask(entities.indexSelect(0, subjects), this.relations.indexSelect(0, relations));
    }

    /// {@return how well each question's own candidates fit, `[questions, candidates]`}
    /// @param questions as [#ask] gives them
    /// @param candidates ids, `[questions, candidates]`
    public Tensor fit(Tensor questions, Tensor candidates) {
        Tensor rows = entities.indexSelect(0, candidates.reshape(-1));
        return scorer.fit(questions, rows.reshape(candidates.size(0), candidates.size(1), -1));
    }

    /// {@return what the model has learned, as copies in plain arrays}
    public Embeddings embeddings() {
        ScorerConfig of = config.scorer();
        Map<String, float[]> tensors = new LinkedHashMap<>();
        Map<String, Double> settings = new LinkedHashMap<>();
        switch (of) {
            case TransE.Config transE -> settings.put("norm", (double) transE.norm());
            case RotatE.Config rotatE -> settings.put("unit", rotatE.range() / Math.PI);
            case TuckER.Config _ -> {
                tensors.put("core", params.get("core").toFloats());
                norm("input", tensors);
                norm("hidden", tensors);
            }
            case DistMult.Config _, ComplEx.Config _ -> {}
        }
        var tables = new Embeddings.Tables(
                new Rows(of.entityWidth(), entities.toFloats()), new Rows(of.relationWidth(), relations.toFloats()));
        return new Embeddings(of.name(), tables, tensors, settings);
    }

    /// Batch normalisation by running averages, as a factor and a shift.
    private void norm(String part, Map<String, float[]> into) {
        try (var _ = Scope.open("embeddings")) {
            String name = part + "_norm.";
            Tensor scale = params.get(name + "weight")
                    .mul(params.get(name + "running_var").add(NORM_EPS).rsqrt());
            into.put(part + "_scale", scale.toFloats());
            into.put(
                    part + "_shift",
                    params.get(name + "bias")
                            .sub(params.get(name + "running_mean").mul(scale))
                            .toFloats());
        }
    }

    /// Frees all parameters.
    @Override
    public void close() {
        params.close();
    }
}
