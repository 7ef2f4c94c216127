package dev.mokha.language.adapt;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.evaluate.BitsPerByte;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.pretrain.HeldOut;
import dev.mokha.language.pretrain.Pretrain;
import dev.mokha.language.recipe.Split;
import dev.mokha.language.stage.Listener;
import dev.mokha.language.stage.Stages;
import dev.mokha.language.tune.Tune;
import dev.mokha.nn.Loading;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.text.chat.ChatEncoder;
import dev.mokha.text.chat.ChatTemplate;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.fertility.Fertility;
import dev.mokha.text.merge.MergedTokenizer;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the stages of an adaptation do, from folder to folder. [Adapt] puts them in order, and so does the
/// quickstart.
///
/// @param endOfText the token between documents, which fills rows up too
/// @param window how held-out text is read
/// @param listener hears what is found
/// @param stop ends a training with a checkpoint
public record AdaptationSteps(int endOfText, BitsPerByte.Window window, Listener listener, StopSignal stop) {
    /// {@return bits per byte by text}
    public Map<String, Object> measure(Decoder model, Tokenizer tokenizer, List<HeldOut> texts) {
        Map<String, Object> found = new LinkedHashMap<>(
                HeldOut.measure(texts, model, text -> tokenizer.encodeIds(text, false), endOfText, window));
        listener.say("bits a byte: " + found);
        return found;
    }

    /// {@return what a merge added, and how many tokens texts need before and after}
    public Map<String, Object> fertility(Tokenizer base, MergedTokenizer merged, List<HeldOut> texts) {
        Map<String, Object> before = fertility(base, texts);
        Map<String, Object> after = fertility(merged.tokenizer(), texts);
        listener.say("fertility before: " + before);
        listener.say("fertility after:  " + after);
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("pieces", merged.added().size());
        found.put("vocab", merged.rows());
        found.put("before", before);
        found.put("after", after);
        return found;
    }

    private static Map<String, Object> fertility(Tokenizer tokenizer, List<HeldOut> texts) {
        Map<String, Object> found = new LinkedHashMap<>();
        for (HeldOut text : texts) {
            var documents =
                    text.documents().stream().map(document -> document.text()).toList();
            var fertility = Fertility.of(text.name(), tokenizer, documents);
            found.put(text.name() + " tokens a word", fertility.tokensPerWord());
            found.put(text.name() + " characters a token", fertility.charactersPerToken());
        }
        return found;
    }

    /// What of a model is trained.
    public enum Trained {
        /// Everything.
        ALL("."),
        /// The embedding and, where it is not tied to it, the output head.
        TABLES("^(model\\.embed_tokens|lm_head)\\.");

        private final String names;

        Trained(String names) {
            this.names = names;
        }
    }

    /// Trains a folder's model on and writes it to another folder.
    ///
    /// @param trained the rest stays as it is
    /// @param curve text measured now and then
    /// @param run the folder of tokens, checkpoints and metrics; its name is the training's
    public Map<String, Object> pretrain(
            Path from,
            Path to,
            Pretrain recipe,
            Trained trained,
            List<Pretrain.Source> sources,
            List<HeldOut> curve,
            Path run) {
        ModelFolder folder = ModelFolder.open(from);
        try (Decoder model = folder.decoder(Loading.forTraining(Device.CPU))) {
            model.params().freeze(".");
            model.params().unfreeze(trained.names);
            String name = String.valueOf(run.getFileName());
            Fit.Result result = recipe.run(
                    model, folder.tokenizer(), endOfText, sources, curve, run, listener.training(name), stop);
            Stages.requireFinished(result);
            FolderWriter.write(to, model, folder.parts(), DType.FLOAT32);
            return found(result);
        }
    }

    /// Tunes a folder's model on conversations and writes it to another folder, with the template; adapters
    /// that were trained lie in `adapter` of the run, too.
    public Map<String, Object> tune(
            Path from, Path to, Tune recipe, ChatTemplate template, List<Conversation> conversations, Path run) {
        ModelFolder folder = ModelFolder.open(from);
        var encoder = new ChatEncoder(template, folder.tokenizer());
        Tune.Encoded encoded = recipe.encode(encoder, new Split<>(conversations, List.of()));
        try (Decoder model = recipe.open(folder)) {
            String name = String.valueOf(run.getFileName());
            Fit.Result result = recipe.run(model, endOfText, encoded, run, listener.training(name), stop)
                    .fit();
            Stages.requireFinished(result);
            FolderParts parts = folder.parts().withChatTemplate(template.source());
            FolderWriter.write(to, model, parts, DType.FLOAT32);
            FolderWriter.writeAdapterIfAny(run.resolve("adapter"), model, from.toString());
            Map<String, Object> found = found(result);
            found.put("conversations", conversations.size());
            return found;
        }
    }

    private static Map<String, Object> found(Fit.Result result) {
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("steps", result.step());
        found.put("loss", result.loss());
        return found;
    }
}
