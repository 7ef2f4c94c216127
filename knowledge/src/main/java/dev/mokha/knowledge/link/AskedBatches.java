package dev.mokha.knowledge.link;

import dev.mokha.knowledge.link.LinkBatch.Asked;
import dev.mokha.knowledge.link.LinkBatch.Found;
import dev.mokha.nn.fit.Batches;
import dev.mokha.tensor.Tensors;
import java.util.Arrays;

/// Questions in a new order each epoch, with their answers.
///
/// A question of very many answers, such as all people of a gender, would dominate its batch and come once
/// an epoch, so it is asked several times, with other answers each time: which ones go together changes
/// with the epoch.
final class AskedBatches implements Batches<LinkBatch> {
    private final QuestionTable table;
    private final int most;
    private final Epochs epochs;
    private final int[] partQuestion; // of each part of a question
    private final int[] partNumber;
    private final int[] answers;
    private long dealt = -1; // the epoch that `answers` is in order for

    /// @param most so many answers are looked at together
    AskedBatches(QuestionTable table, int most, int batchSize, long seed) {
        this.table = table;
        this.most = most;
        int parts = 0;
        for (int q = 0; q < table.size(); q++) {
            parts += parts(q);
        }
        this.partQuestion = new int[parts];
        this.partNumber = new int[parts];
        int at = 0;
        for (int q = 0; q < table.size(); q++) {
            for (int i = 0; i < parts(q); i++) {
                partQuestion[at] = q;
                partNumber[at++] = i;
            }
        }
        this.answers = table.answers();
        this.epochs = new Epochs(parts, batchSize, seed);
    }

    private int count(int question) {
        return table.start(question + 1) - table.start(question);
    }

    private int parts(int question) {
        return Math.ceilDiv(count(question), most);
    }

    private void deal(long epoch) {
        System.arraycopy(table.answers(), 0, answers, 0, answers.length);
        var random = epochs.random(-1 - epoch);
        for (int q = 0; q < table.size(); q++) {
            if (parts(q) > 1) {
                Epochs.shuffle(answers, table.start(q), table.start(q + 1), random);
            }
        }
        dealt = epoch;
    }

    @Override
    public LinkBatch next() {
        if (dealt != epochs.epoch()) {
            deal(epochs.epoch());
        }
        int[] parts = epochs.next();
        int[] s = new int[parts.length];
        int[] r = new int[parts.length];
        int facts = 0;
        for (int part : parts) {
            facts += cut(partQuestion[part], partNumber[part] + 1) - cut(partQuestion[part], partNumber[part]);
        }
        int[] owners = new int[facts];
        int[] objects = new int[facts];
        int n = 0;
        for (int i = 0; i < parts.length; i++) {
            int q = partQuestion[parts[i]];
            s[i] = table.subject(q);
            r[i] = table.relation(q);
            int from = cut(q, partNumber[parts[i]]);
            int to = cut(q, partNumber[parts[i]] + 1);
            Arrays.fill(owners, n, n + to - from, i);
            System.arraycopy(answers, from, objects, n, to - from);
            n += to - from;
        }
        var found = new Found(Tensors.of(owners, facts), Tensors.of(objects, facts));
        return new Asked(Tensors.of(s, s.length), Tensors.of(r, r.length), found);
    }

    /// Where a part of a question's answers begins: parts are of equal size, or one apart.
    private int cut(int question, int part) {
        return table.start(question) + (int) ((long) count(question) * part / parts(question));
    }

    @Override
    public String position() {
        return epochs.position();
    }

    @Override
    public void restore(String position) {
        epochs.restore(position);
    }

    @Override
    public long perEpoch() {
        return epochs.perEpoch();
    }
}
