package dev.mokha.language.judge;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Every reply of a judge, as it comes, so that nothing is asked twice. A reply is found by a digest of the
/// prompt and of what else it depends on: another template, answer or model asks anew.
public final class ReplyFile implements AutoCloseable {
    private final Map<String, Reply> replies = new ConcurrentHashMap<>();
    private final LineFile lines;

    private ReplyFile(Path path) {
        this.lines = LineFile.open(path, line -> replies.put(line.path("key").asString(""), reply(line)));
    }

    /// Opens a file, which need not be there.
    public static ReplyFile open(Path path) {
        return new ReplyFile(path);
    }

    private static Reply reply(JsonNode line) {
        return new Reply(
                line.path("reply").asString(""),
                line.path("finish").asString("stop"),
                line.path("prompt_tokens").asLong(0),
                line.path("reply_tokens").asLong(0));
    }

    @Nullable
    Reply find(Judge judge, String prompt) {
        return replies.get(key(judge, prompt));
    }

    void add(Judge judge, Judging.Ask ask, Reply reply) {
        String key = key(judge, ask.prompt());
        var line = JsonNodeFactory.instance.objectNode();
        line.put("key", key);
        JudgeFiles.putId(line, ask.question().id());
        line.put("turn", ask.turn() + 1).put("order", ask.order()).put("judge", judge.name());
        line.put("reply", reply.text()).put("finish", reply.finish());
        line.put("prompt_tokens", reply.promptTokens()).put("reply_tokens", reply.replyTokens());
        lines.add(line);
        replies.put(key, reply);
    }

    private static String key(Judge judge, String prompt) {
        try {
            byte[] all = (judge.settings() + "\0" + prompt).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(all));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK lacks SHA-256", e);
        }
    }

    @Override
    public void close() {
        lines.close();
    }
}
