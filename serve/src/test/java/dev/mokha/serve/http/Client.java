package dev.mokha.serve.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Asks a server as a program elsewhere would.
record Client(HttpClient http, int port) {
    static Client of(HttpServer server) {
        return new Client(HttpClient.newHttpClient(), server.port());
    }

    /// An answer.
    record Reply(HttpResponse<String> response) {
        int status() {
            return response.statusCode();
        }

        JsonNode json() {
            return JsonMapper.shared().readTree(response.body());
        }

        /// The error's field.
        String error(String field) {
            return json().path("error").path(field).asString("");
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /// The events of a stream; the last has to be `[DONE]`.
        List<JsonNode> events() {
            List<String> data = response.body()
                    .lines()
                    .filter(line -> line.startsWith("data: "))
                    .map(line -> line.substring(6))
                    .toList();
            if (!data.getLast().equals("[DONE]")) {
                throw new AssertionError("the stream ends with " + data.getLast());
            }
            var all = new ArrayList<JsonNode>();
            data.subList(0, data.size() - 1)
                    .forEach(one -> all.add(JsonMapper.shared().readTree(one)));
            return all;
        }
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    Reply send(HttpRequest request) {
        try {
            return new Reply(http.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new AssertionError("no answer", e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    Reply get(String path) {
        return send(to(path).GET().build());
    }

    /// @param body JSON, with ' in place of "
    Reply post(String path, String body) {
        return raw(path, body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    Reply raw(String path, byte[] body) {
        return send(to(path).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build());
    }

    Reply complete(String fields) {
        return post("/v1/completions", "{'prompt': 'abc', " + fields + "}");
    }

    Reply chat(String fields) {
        return post("/v1/chat/completions", "{'messages': [{'role': 'user', 'content': 'hi'}], " + fields + "}");
    }
}
