package dev.mokha.knowledge.rank;

import java.util.List;

/// Figures of many ranks.
///
/// @param count of how many
/// @param mr the mean rank
/// @param mrr the mean of `1 / rank`
/// @param hits1 which part ranks first; likewise up to 3, 5 and 10
public record RankMetrics(long count, double mr, double mrr, double hits1, double hits3, double hits5, double hits10) {

    /// {@return the figures rounded to four decimals, as LKGE's programs print and add them up}
    public RankMetrics rounded() {
        return new RankMetrics(count, round(mr), round(mrr), round(hits1), round(hits3), round(hits5), round(hits10));
    }

    private static double round(double figure) {
        return Math.rint(figure * 1e4) / 1e4;
    }

    /// {@return the figures of all the ranks behind several figures: means, each weighted by its count}
    public static RankMetrics whole(List<RankMetrics> parts) {
        long count = parts.stream().mapToLong(RankMetrics::count).sum();
        double mr = 0;
        double mrr = 0;
        double hits1 = 0;
        double hits3 = 0;
        double hits5 = 0;
        double hits10 = 0;
        for (RankMetrics part : parts) {
            double share = (double) part.count / count;
            mr += share * part.mr;
            mrr += share * part.mrr;
            hits1 += share * part.hits1;
            hits3 += share * part.hits3;
            hits5 += share * part.hits5;
            hits10 += share * part.hits10;
        }
        return new RankMetrics(count, mr, mrr, hits1, hits3, hits5, hits10);
    }

    /// Ranks added up.
    static final class Sum {
        private long count;
        private double ranks;
        private double reciprocals;
        private long hits1;
        private long hits3;
        private long hits5;
        private long hits10;

        void add(double rank) {
            count++;
            ranks += rank;
            reciprocals += 1 / rank;
            hits1 += rank <= 1 ? 1 : 0;
            hits3 += rank <= 3 ? 1 : 0;
            hits5 += rank <= 5 ? 1 : 0;
            hits10 += rank <= 10 ? 1 : 0;
        }

        RankMetrics metrics() {
            double n = count;
            return new RankMetrics(count, ranks / n, reciprocals / n, hits1 / n, hits3 / n, hits5 / n, hits10 / n);
        }
    }
}
