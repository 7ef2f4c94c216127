package dev.mokha.language.question;

import dev.mokha.language.corpus.CorpusException;
import java.nio.file.Path;
import java.util.List;

/// Questions in a file: SQuAD 1.1 or 2.0 JSON, or JSON lines; gzipped or not.
///
/// The JSON layout is the official one: `data[].paragraphs[].{context, qas[].{id, question,
/// is_impossible, answers[].{text, answer_start}}}`, with `answer_start` in code points. A JSON line
/// has `question`, `context`, `answers` and, if it likes, `id`; `answers` may be the list above, one
/// such object, the columns `{"text": […], "answer_start": […]}`, or texts alone, which are then looked
/// for in the context.
///
/// @param version what the file calls itself, such as `1.1`; empty when it doesn't
/// @param questions in the order of the file
/// @param problems answers that do not stand where the file says, in order
public record SquadData(String version, List<Question> questions, List<Problem> problems) {
    public SquadData {
        questions = List.copyOf(questions);
        problems = List.copyOf(problems);
    }

    /// What to do about an answer that doesn't stand in its context where the file says.
    public enum Misplaced {
        /// List it among the problems. Where its text occurs exactly once, that is its place; else it
        /// has none, so that it still counts for scores but is never trained on.
        REPORT,
        /// Refuse the file.
        REFUSE
    }

    /// Something wrong that was read over.
    ///
    /// @param where file, article, paragraph and question
    /// @param what is wrong, and what was done about it
    public record Problem(String where, String what) {
        @Override
        public String toString() {
            return where + ": " + what;
        }
    }

    /// Reads a file; misplaced answers are reported.
    ///
    /// @throws CorpusException naming file, article, paragraph and question of what cannot be read
    public static SquadData read(Path file) {
        return read(file, Misplaced.REPORT);
    }

    /// Reads a file.
    ///
    /// @throws CorpusException naming file, article, paragraph and question of what cannot be read
    public static SquadData read(Path file, Misplaced misplaced) {
        return new SquadReader(file, misplaced).read();
    }

    /// {@return whether some question has no answer: SQuAD 2.0}
    public boolean hasImpossible() {
        return questions.stream().anyMatch(Question::impossible);
    }

    /// {@return the first questions alone, all when there are fewer}
    public SquadData first(int count) {
        return new SquadData(version, questions.subList(0, Math.min(count, questions.size())), problems);
    }
}
