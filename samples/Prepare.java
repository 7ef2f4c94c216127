/// Makes the text samples of this folder, and the corpus of the small English base model, from open data sets.
///
///     java samples/Prepare.java DATA_DIR OUT_DIR          the samples: samples/text is its output
///     java samples/Prepare.java DATA_DIR OUT_DIR --base   english-base.jsonl.gz, the base model's whole corpus
///
/// DATA_DIR holds `raw_text/`, `parallel/`, `instruct/` and `squad/` with the files that README.md lists. Needs Java 25
/// and nothing else, JSON included: one file on purpose, long as it is. The same data give the same bytes: whatever is "drawn" is taken in the order of the SHA-256 of its
/// id, so a prefix of each file is a fair sample of it. Prints a Markdown table of what was written.

import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

static final int PIECE = 6_000; // characters of a book or an article that make one document, about
static final int ENGLISH_BOOKS = 2_600_000, ENGLISH_WIKI = 1_400_000, ARABIC = 5_600_000; // UTF-8 bytes of text
static final int HELD_BOOKS = 130_000, HELD_WIKI = 70_000, HELD_ARABIC = 200_000;
static final int PAIRS = 10_000, HELD_PAIRS = 300, INSTRUCTIONS = 1_500, HELD_INSTRUCTIONS = 50;
static final Pattern ARABIC_SCRIPT = Pattern.compile("[\\p{InArabic}\\p{IsArabic}]");
static final int LAST_YEAR = 1900; // books in the repository are no younger, so that they are free nearly everywhere

void main(String[] args) throws IOException {
    var mode = args.length == 3 ? args[2] : "";
    if (args.length < 2 || args.length > 3 || !(mode.isEmpty() || mode.equals("--base"))) {
        IO.println("usage: java samples/Prepare.java DATA_DIR OUT_DIR [--base]");
        System.exit(2);
    }
    var data = new Data(Path.of(args[0]));
    var out = Files.createDirectories(Path.of(args[1]));
    IO.println("| file | rows | text, UTF-8 bytes | file, bytes | sha256 |\n|---|---|---|---|---|");
    if (mode.equals("--base")) {
        var all = new ArrayList<>(data.books("train", Integer.MAX_VALUE));
        all.addAll(data.wikiEnglish("train"));
        write(out.resolve("english-base.jsonl.gz"), shuffled(all));
        return;
    }
    var english = take(data.books("train", LAST_YEAR), ENGLISH_BOOKS);
    english.addAll(take(data.wikiEnglish("train"), ENGLISH_WIKI));
    write(out.resolve("english-train.jsonl.gz"), shuffled(english));
    var heldEnglish = take(data.books("valid", LAST_YEAR + 1), HELD_BOOKS);
    heldEnglish.addAll(take(data.wikiEnglish("dev"), HELD_WIKI));
    write(out.resolve("english-held-out.jsonl.gz"), shuffled(heldEnglish));

    var arabic = take(data.wikiArabic("train"), ARABIC);
    write(out.resolve("arabic-train.jsonl.gz"), arabic);
    var heldArabic = take(data.wikiArabic("valid"), HELD_ARABIC);
    write(out.resolve("arabic-held-out.jsonl.gz"), heldArabic);

    var pairs = data.pairs();
    write(out.resolve("parallel-train.jsonl.gz"), pairs.train());
    write(out.resolve("parallel-held-out.jsonl.gz"), pairs.held());

    var instructEnglish = data.instructEnglish();
    var held = new ArrayList<>(tail(instructEnglish, HELD_INSTRUCTIONS));
    held.addAll(data.instructArabic(heldArabic, pairs.held(), HELD_INSTRUCTIONS, 250));
    write(out.resolve("instruct-english.jsonl.gz"), head(instructEnglish, INSTRUCTIONS));
    write(out.resolve("instruct-arabic.jsonl.gz"), data.instructArabic(arabic, pairs.train(), INSTRUCTIONS, 0));
    write(out.resolve("instruct-held-out.jsonl.gz"), shuffled(held));
}

/// One line of output; `text` is there in every row but those with `messages`.
record Row(Map<String, Object> fields) {
    static Row of(Object... keysAndValues) {
        var fields = new LinkedHashMap<String, Object>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            fields.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return new Row(fields);
    }

    String id() {
        return (String) fields.get("id");
    }

    String text() {
        return (String) fields.getOrDefault("text", "");
    }

    int bytes() {
        return fields.get("messages") instanceof List<?> messages
                ? messages.stream().mapToInt(m -> size((String) ((Map<?, ?>) m).get("content"))).sum()
                : size(text());
    }
}

record Split(List<Row> train, List<Row> held) {}

/// The data sets as rows, cleaned.
record Data(Path root) {

    /// Public-domain books, cut at paragraphs into documents of about [#PIECE] characters.
    List<Row> books(String split, int lastYear) throws IOException {
        var rows = new ArrayList<Row>();
        for (var book : jsonLines("raw_text/en-classic-books-" + split + ".jsonl.gz")) {
            int year = ((Number) book.get("year")).intValue();
            // The three validation books are all in; of the training books only those up to lastYear.
            if (split.equals("train") && year > lastYear) {
                continue;
            }
            var slug = slug(book.get("author") + " " + book.get("title"));
            int n = 0;
            for (var piece : pieces(List.of(plain((String) book.get("text")).split("\n\n+")))) {
                rows.add(Row.of(
                        "id", "book:" + slug + "#" + n++,
                        "title", book.get("title"),
                        "author", book.get("author"),
                        "year", year,
                        "text", piece));
            }
        }
        return shuffled(rows);
    }

    /// The paragraphs that SQuAD v1.1 took from English Wikipedia, joined again by article.
    List<Row> wikiEnglish(String split) throws IOException {
        var rows = new ArrayList<Row>();
        var squad = (Map<?, ?>) new Json(read("squad/squad-" + split + "-v1.1-rebuilt.json.gz")).value();
        for (var article : (List<?>) squad.get("data")) {
            var title = (String) ((Map<?, ?>) article).get("title");
            var paragraphs = new LinkedHashSet<String>();
            for (var p : (List<?>) ((Map<?, ?>) article).get("paragraphs")) {
                var context = ((String) ((Map<?, ?>) p).get("context")).strip();
                if (!ARABIC_SCRIPT.matcher(context).find()) { // the base model must not have seen any Arabic
                    paragraphs.add(context);
                }
            }
            int n = 0;
            for (var piece : pieces(List.copyOf(paragraphs))) {
                rows.add(Row.of(
                        "id", "enwiki:" + title + "#" + n++,
                        "title", title.replace('_', ' '),
                        "url", "https://en.wikipedia.org/wiki/" + title,
                        "text", piece));
            }
        }
        return shuffled(rows);
    }

    /// Whole articles of Arabic Wikipedia of a readable length, mostly in Arabic letters.
    List<Row> wikiArabic(String split) throws IOException {
        var rows = new ArrayList<Row>();
        for (var article : jsonLines("raw_text/ar-wikipedia-2017-" + split + ".jsonl.gz")) {
            var text = ((String) article.get("text")).strip();
            long letters = text.codePoints().filter(Character::isLetter).count();
            if (size(text) >= 1_000 && size(text) <= 24_000 && arabicLetters(text) >= 0.85 * letters) {
                rows.add(Row.of(
                        "id", "arwiki:" + article.get("id"),
                        "title", article.get("title"),
                        "url", article.get("url"),
                        "text", text));
            }
        }
        return shuffled(rows);
    }

    /// Tatoeba's sentence pairs; no sentence of a held-out pair, and none of LASER's Tatoeba test, is in training.
    Split pairs() throws IOException {
        var test = new HashSet<String>();
        test.addAll(read("parallel/laser-tatoeba-test.eng.gz").lines().map(String::strip).toList());
        test.addAll(read("parallel/laser-tatoeba-test.ara.gz").lines().map(String::strip).toList());
        var rows = new ArrayList<Row>();
        var numbers = Pattern.compile("tatoeba\\.org #(\\d+) \\((.*?)\\) & #(\\d+) \\((.*?)\\)");
        for (var line : read("parallel/tatoeba-en-ar.tsv.gz").lines().toList()) {
            var cells = line.split("\t");
            var who = numbers.matcher(cells.length == 3 ? cells[2] : "");
            if (!who.find() || cells[0].isBlank() || arabicLetters(cells[1]) == 0) {
                continue;
            }
            var en = cells[0].strip();
            var ar = cells[1].strip();
            if (test.contains(en) || test.contains(ar)) {
                continue;
            }
            var id = "tatoeba:" + who.group(1) + "-" + who.group(3);
            var text = digest(id)[0] % 2 == 0 ? en + "\n" + ar : ar + "\n" + en; // both directions
            var by = who.group(2) + ", " + who.group(4) + " (tatoeba.org)";
            rows.add(Row.of("id", id, "en", en, "ar", ar, "by", by, "text", text));
        }
        var all = shuffled(rows);
        var held = head(all, HELD_PAIRS);
        var said = new HashSet<Object>();
        held.forEach(r -> said.addAll(List.of(r.fields().get("en"), r.fields().get("ar"))));
        var train = all.stream()
                .filter(r -> !said.contains(r.fields().get("en")) && !said.contains(r.fields().get("ar")))
                .limit(PAIRS)
                .toList();
        return new Split(train, held);
    }

    /// Short English instructions with their answers, from two open sets.
    List<Row> instructEnglish() throws IOException {
        var sources = new LinkedHashMap<String, List<Map<String, Object>>>();
        var scratch = new ArrayList<Map<String, Object>>();
        for (var item : (List<?>) new Json(read("instruct/llms-from-scratch-instructions.json.gz")).value()) {
            scratch.add(map(item));
        }
        sources.put("llms-from-scratch", scratch);
        sources.put("alpaca-libre-v1", jsonLines("instruct/alpaca-libre-v1.jsonl.gz"));
        sources.put("alpaca-libre-v3", jsonLines("instruct/alpaca-libre-v3.jsonl.gz"));
        var rows = new ArrayList<Row>();
        var seen = new HashSet<String>();
        sources.forEach((source, items) -> {
            for (int i = 0; i < items.size(); i++) {
                var item = items.get(i);
                var input = ((String) item.get("input")).strip();
                var ask = ((String) item.get("instruction")).strip();
                var prompt = input.isEmpty() || input.startsWith("<") ? ask : ask + "\n" + input;
                var answer = ((String) item.get("output")).strip();
                boolean ok = item.getOrDefault("status", "ok").equals("ok")
                        && size(prompt) <= 500
                        && size(answer) >= 2
                        && size(answer) <= 700
                        && !answer.contains("language model")
                        && seen.add(prompt);
                if (ok) {
                    rows.add(chat(source + ":" + i, "en", prompt, answer));
                }
            }
        });
        return shuffled(rows);
    }

    /// Arabic instructions: at most a third what an article is about, half translations both ways, the rest the shortest
    /// children's stories, but for the first `skip` of them.
    List<Row> instructArabic(List<Row> articles, List<Row> pairs, int count, int skip) throws IOException {
        var rows = new ArrayList<Row>();
        var about = List.of("عرّف بإيجاز: %s", "ما المقصود بـ«%s»؟", "اكتب فقرة قصيرة عن %s.", "ماذا تعرف عن %s؟");
        int defined = 0;
        for (var article : articles) {
            var lines = article.text().lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
            var title = (String) article.fields().get("title");
            boolean ok = lines.size() > 1
                    && lines.get(1).endsWith(".")
                    && size(lines.get(1)) <= 900
                    && size(lines.get(1)) >= 120
                    && title.indexOf('(') < 0;
            if (ok && defined < count / 3) {
                defined++;
                rows.add(chat("about:" + article.id(), "ar", pick(about, article.id()).formatted(title), lines.get(1)));
            }
        }
        var toArabic = List.of(
                "ترجم إلى العربية:\n%s",
                "ترجم الجملة التالية إلى اللغة العربية:\n%s",
                "ما معنى هذه الجملة بالعربية؟\n%s");
        var toEnglish = List.of("ترجم إلى الإنجليزية:\n%s", "ترجم الجملة التالية إلى اللغة الإنجليزية:\n%s");
        for (var pair : head(pairs, count / 2)) {
            var en = (String) pair.fields().get("en");
            var ar = (String) pair.fields().get("ar");
            rows.add(digest(pair.id())[1] % 2 == 0
                    ? chat("to-ar:" + pair.id(), "ar", pick(toArabic, pair.id()).formatted(en), ar)
                    : chat("to-en:" + pair.id(), "ar", pick(toEnglish, pair.id()).formatted(ar), en));
        }
        var stories = new ArrayList<Row>();
        var table = csv(read("instruct/arastories-msa.csv.gz"));
        for (var line : table.subList(1, table.size())) {
            stories.add(chat("arastories-msa:" + line.get(0), "ar", line.get(1).strip(), line.get(2).strip()));
        }
        stories.sort(Comparator.comparingInt(Row::bytes).thenComparing(Row::id));
        rows.addAll(stories.subList(skip, skip + count - rows.size()));
        return shuffled(rows);
    }

    String read(String name) throws IOException {
        try (var in = new GZIPInputStream(Files.newInputStream(root.resolve(name)))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    List<Map<String, Object>> jsonLines(String name) throws IOException {
        return read(name).lines().filter(l -> !l.isBlank()).map(l -> map(new Json(l).value())).toList();
    }
}

static Row chat(String id, String language, String user, String assistant) {
    var ask = new LinkedHashMap<String, Object>(Map.of("role", "user"));
    ask.put("content", user);
    var answer = new LinkedHashMap<String, Object>(Map.of("role", "assistant"));
    answer.put("content", assistant);
    return Row.of("id", id, "language", language, "messages", List.of(ask, answer));
}

/// Markdown off: headings, emphasis, quotes, rules; byte-order marks and runs of spaces too.
static String plain(String markdown) {
    var text = markdown.replace("\uFEFF", "").replace('\u00A0', ' ').replace("&amp;", "&").replace("\\", "");
    text = text.replaceAll("(?m)^[ >]*#*[ >]*", "").replaceAll("(?m)^[*_= -]+$", "").replace("**", "");
    text = text.replaceAll("_([^_\n]{1,300})_", "$1").replaceAll("\\*([^*\n]{1,300})\\*", "$1");
    return text.replaceAll(" +", " ").replaceAll("(?m) $", "").strip();
}

static List<String> pieces(List<String> paragraphs) {
    var pieces = new ArrayList<String>();
    var piece = new StringBuilder();
    for (var paragraph : paragraphs) {
        if (!piece.isEmpty() && piece.length() + paragraph.length() > PIECE) {
            pieces.add(piece.toString());
            piece.setLength(0);
        }
        piece.append(piece.isEmpty() ? "" : "\n\n").append(paragraph.strip());
    }
    if (!piece.isEmpty()) {
        pieces.add(piece.toString());
    }
    return pieces;
}

static List<Row> shuffled(List<Row> rows) {
    var keys = new HashMap<String, byte[]>();
    rows.forEach(r -> keys.put(r.id(), digest(r.id())));
    if (keys.size() != rows.size()) {
        throw new IllegalStateException("two rows have one id, among them " + rows.getFirst().id());
    }
    return rows.stream().sorted((a, b) -> Arrays.compareUnsigned(keys.get(a.id()), keys.get(b.id()))).toList();
}

/// The first rows that together stay within `bytes` of text.
static ArrayList<Row> take(List<Row> rows, int bytes) {
    var taken = new ArrayList<Row>();
    long sum = 0;
    for (var row : rows) {
        sum += row.bytes();
        if (sum > bytes) {
            break;
        }
        taken.add(row);
    }
    return taken;
}

static <T> List<T> head(List<T> rows, int count) {
    return rows.subList(0, Math.min(count, rows.size()));
}

/// The last rows: never among the first [#INSTRUCTIONS].
static List<Row> tail(List<Row> rows, int count) {
    if (rows.size() < INSTRUCTIONS + count) {
        throw new IllegalStateException("only " + rows.size() + " instructions");
    }
    return rows.subList(rows.size() - count, rows.size());
}

static <T> T pick(List<T> choices, String id) {
    return choices.get((digest(id)[2] & 0xff) % choices.size());
}

static byte[] digest(String id) {
    return sha256(id.getBytes(StandardCharsets.UTF_8));
}

static byte[] sha256(byte[] bytes) {
    try {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
    }
}

static int size(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
}

static long arabicLetters(String text) {
    return text.codePoints()
            .filter(c -> Character.isLetter(c) && Character.UnicodeScript.of(c) == Character.UnicodeScript.ARABIC)
            .count();
}

static String slug(String words) {
    return words.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "-");
}

@SuppressWarnings("unchecked")
static Map<String, Object> map(Object json) {
    return (Map<String, Object>) json;
}

/// One JSON object a line, gzip without a time stamp.
static void write(Path file, List<Row> rows) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes) { { def.setLevel(9); } }) {
        for (var row : rows) {
            gzip.write((json(row.fields()) + "\n").getBytes(StandardCharsets.UTF_8));
        }
    } catch (IOException e) {
        throw new UncheckedIOException(e);
    }
    Files.write(file, bytes.toByteArray());
    long text = rows.stream().mapToLong(Row::bytes).sum();
    var hash = HexFormat.of().formatHex(sha256(bytes.toByteArray()));
    IO.println("| `%s` | %,d | %,d | %,d | `%s` |"
            .formatted(file.getFileName(), rows.size(), text, bytes.size(), hash));
}

static String json(Object value) {
    return switch (value) {
        case Map<?, ?> m ->
            m.entrySet().stream().map(e -> json(e.getKey()) + ": " + json(e.getValue())).collect(
                    Collectors.joining(", ", "{", "}"));
        case List<?> l -> l.stream().map(v -> json(v)).collect(Collectors.joining(", ", "[", "]"));
        case String s -> {
            var out = new StringBuilder("\"");
            s.chars().forEach(c -> {
                switch (c) {
                    case '"' -> out.append("\\\"");
                    case '\\' -> out.append("\\\\");
                    case '\n' -> out.append("\\n");
                    case '\t' -> out.append("\\t");
                    case '\r' -> out.append("\\r");
                    default -> out.append(c < 0x20 ? "\\u%04x".formatted(c) : String.valueOf((char) c));
                }
            });
            yield out.append('"').toString();
        }
        default -> value.toString();
    };
}

/// CSV with double-quoted cells, RFC 4180.
static List<List<String>> csv(String text) {
    var rows = new ArrayList<List<String>>();
    var row = new ArrayList<String>();
    var cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (quoted && c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
            cell.append(text.charAt(i++));
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && (c == ',' || c == '\n')) {
            row.add(cell.toString());
            cell.setLength(0);
            if (c == '\n') {
                rows.add(row);
                row = new ArrayList<>();
            }
        } else if (quoted || c != '\r') {
            cell.append(c);
        }
    }
    return rows;
}

/// A JSON reader for well-formed files: objects, arrays, strings, numbers, true, false, null.
static final class Json {
    private final String text;
    private int at;

    Json(String text) {
        this.text = text;
    }

    Object value() {
        return switch (skip()) {
            case '{' -> {
                var map = new LinkedHashMap<String, Object>();
                at++;
                while (skip() != '}') {
                    var key = string();
                    skip();
                    at++; // the colon
                    map.put(key, value());
                    if (skip() == ',') {
                        at++;
                    }
                }
                at++;
                yield map;
            }
            case '[' -> {
                var list = new ArrayList<Object>();
                at++;
                while (skip() != ']') {
                    list.add(value());
                    if (skip() == ',') {
                        at++;
                    }
                }
                at++;
                yield list;
            }
            case '"' -> string();
            default -> word();
        };
    }

    private Object word() {
        int from = at;
        while (at < text.length() && ",]} \n\r\t".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        var word = text.substring(from, at);
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            case "null" -> "";
            default -> word.matches("-?\\d+") ? (Object) Long.valueOf(word) : (Object) Double.valueOf(word);
        };
    }

    private String string() {
        skip();
        var out = new StringBuilder();
        for (at++; text.charAt(at) != '"'; at++) {
            char c = text.charAt(at);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char escaped = text.charAt(++at);
            switch (escaped) {
                case 'n' -> out.append('\n');
                case 't' -> out.append('\t');
                case 'r' -> out.append('\r');
                case 'b' -> out.append('\b');
                case 'f' -> out.append('\f');
                case 'u' -> {
                    out.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
                    at += 4;
                }
                default -> out.append(escaped);
            }
        }
        at++;
        return out.toString();
    }

    private char skip() {
        while (Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return text.charAt(at);
    }
}
