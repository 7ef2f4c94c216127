package dev.mokha.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Orders to rewrite a passage, and what comes out when they are followed: `ORDER\nText: PASSAGE`, to be
/// answered behind `\nText:`.
final class Rewrites {
    private static final Pattern WORD = Pattern.compile("[A-Za-z]+");
    private static final Pattern REPLACED = Pattern.compile("\\b[A-Za-z]{4,12}\\b");

    private static final Map<String, String> AMERICAN =
            table("colour color|colours colors|coloured colored|honour honor|honours honors|honoured honored"
                    + "|honourable honorable|favour favor|favours favors|favourite favorite|favourable favorable"
                    + "|labour labor|labours labors|neighbour neighbor|neighbours neighbors|humour humor"
                    + "|neighbourhood neighborhood|behaviour behavior|harbour harbor|parlour parlor|vapour vapor"
                    + "|rumour rumor|splendour splendor|vigour vigor|ardour ardor|grey gray|centre center"
                    + "|theatre theater|towards toward|travelled traveled|traveller traveler|travelling traveling"
                    + "|realise realize|realised realized|recognise recognize|recognised recognized"
                    + "|defence defense|offence offense|plough plow|jewellery jewelry|endeavour endeavor"
                    + "|endeavoured endeavored|whilst while|amongst among");
    private static final Map<String, String> SHE = table("he she|his her|him her|himself herself|man woman|men women"
            + "|mr mrs|boy girl|boys girls|king queen|father mother|brother sister|brothers sisters|son daughter"
            + "|sons daughters|husband wife|uncle aunt|gentleman lady|gentlemen ladies|sir madam|lord lady");

    private final Passages passages;

    Rewrites(Passages passages) {
        this.passages = passages;
    }

    /// One order and the answer to it.
    record Rewrite(String task, String prompt, String completion) {
        ObjectNode row() {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("task", task)
                    .put("prompt", prompt)
                    .put("completion", completion);
        }
    }

    /// {@return an order of a task, with a passage that it changes}
    Rewrite next(String task, SplittableRandom random) {
        while (true) {
            Optional<Rewrite> rewrite = of(task, random);
            if (rewrite.isPresent()) {
                return rewrite.get();
            }
        }
    }

    private Optional<Rewrite> of(String task, SplittableRandom random) {
        List<String> sentences = passages.sentences(random, random.nextInt(40, 121));
        String passage = String.join(" ", sentences);
        return switch (task) {
            case "replace" -> replaced(passage, random);
            case "american" -> changed(task, "Write in American spelling.", passage, swapped(passage, AMERICAN));
            case "she" -> changed(task, "Write of women.", passage, swapped(passage, SHE));
            case "spelling" -> changed(task, "Correct the spelling.", misspelt(passage, random), passage);
            case "last" ->
                changed(
                        task,
                        "Leave out the last sentence.",
                        passage,
                        String.join(" ", sentences.subList(0, sentences.size() - 1)));
            default -> throw new IllegalArgumentException(task + " is none of replace, american, she, spelling, last");
        };
    }

    private Optional<Rewrite> replaced(String passage, SplittableRandom random) {
        List<String> words = REPLACED.matcher(passage)
                .results()
                .map(MatchResult::group)
                .distinct()
                .toList();
        List<String> others = REPLACED.matcher(String.join(" ", passages.random(random, 20)))
                .results()
                .map(MatchResult::group)
                .filter(word -> !words.contains(word))
                .toList();
        if (words.isEmpty() || others.isEmpty()) {
            return Optional.empty();
        }
        String from = words.get(random.nextInt(words.size()));
        String to = others.getFirst();
        return changed(
                "replace",
                "Replace " + from + " with " + to + ".",
                passage,
                passage.replaceAll("\\b" + from + "\\b", to));
    }

    private static Optional<Rewrite> changed(String task, String order, String passage, String answer) {
        return passage.equals(answer)
                ? Optional.empty()
                : Optional.of(new Rewrite(task, order + "\nText: " + passage, " " + answer));
    }

    /// {@return the text with each word of the table made the other, its first letter large or small as it was}
    private static String swapped(String text, Map<String, String> table) {
        return WORD.matcher(text).replaceAll(found -> {
            String word = found.group();
            String small = Character.toLowerCase(word.charAt(0)) + word.substring(1);
            String other = table.getOrDefault(small, small);
            return small.equals(word) ? other : Character.toUpperCase(other.charAt(0)) + other.substring(1);
        });
    }

    /// {@return the text with two neighbouring letters exchanged inside every twelfth word or so}
    private static String misspelt(String text, SplittableRandom random) {
        return WORD.matcher(text).replaceAll(found -> {
            String word = found.group();
            if (word.length() < 5 || random.nextInt(6) > 0) {
                return word;
            }
            int at = random.nextInt(1, word.length() - 2);
            return word.substring(0, at) + word.charAt(at + 1) + word.charAt(at) + word.substring(at + 2);
        });
    }

    private static Map<String, String> table(String pairs) {
        return Arrays.stream(pairs.split("\\|"))
                .map(pair -> pair.split(" "))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (a, _) -> a, LinkedHashMap::new));
    }
}
