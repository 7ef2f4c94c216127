package dev.mokha.serve.simulate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntSupplier;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.core.source64.SplitMix64;
import org.apache.commons.rng.core.source64.XoShiRo256PlusPlus;
import org.apache.commons.rng.sampling.distribution.ContinuousSampler;

/// Requests in the order in which they come.
public record Workload(List<Request> requests) {
    public Workload {
        requests = requests.stream()
                .sorted(Comparator.comparingLong(Request::arrival))
                .toList();
    }

    /// What a drawn workload is like.
    ///
    /// @param arrivals when requests come
    /// @param prompts how long they are
    /// @param answers how long they will be
    /// @param tenants among whom requests are drawn alike
    /// @param sharedTokens that all prompts of a tenant begin with, as a system prompt; part of the prompt's
    ///     length, which is raised where it is less
    /// @param urgent part of the requests that have priority 1; they are a tenant of their own, `urgent`
    public record Recipe(
            Arrivals arrivals, Lengths prompts, Lengths answers, int tenants, int sharedTokens, double urgent) {
        public Recipe {
            if (tenants < 1 || sharedTokens < 0 || !(urgent >= 0 && urgent <= 1)) {
                throw new IllegalArgumentException("there are one tenant at least, no negative shared tokens and a"
                        + " part between 0 and 1 that is urgent, not " + tenants + ", " + sharedTokens + " and "
                        + urgent);
            }
        }
    }

    /// {@return so many requests. Equal seeds give equal ones; the lengths do not depend on the arrivals, so
    /// that rates are compared over equal requests}
    public static Workload draw(Recipe recipe, int requests, long seed) {
        var seeds = new SplitMix64(seed);
        ContinuousSampler gaps = recipe.arrivals().gaps(generator(seeds));
        IntSupplier prompts = recipe.prompts().draw(generator(seeds));
        IntSupplier answers = recipe.answers().draw(generator(seeds));
        UniformRandomProvider tenants = generator(seeds);
        var drawn = new ArrayList<Request>();
        double seconds = 0;
        for (int request = 0; request < requests; request++) {
            seconds += gaps.sample();
            boolean urgent = tenants.nextDouble() < recipe.urgent();
            String tenant = urgent ? "urgent" : "tenant" + tenants.nextInt(recipe.tenants());
            int own = prompts.getAsInt();
            int shared = recipe.sharedTokens();
            drawn.add(new Request(
                    Math.round(seconds * 1e9),
                    Math.max(own, shared + 1),
                    answers.getAsInt(),
                    tenant,
                    urgent ? 1 : 0,
                    shared,
                    tenant));
        }
        return new Workload(drawn);
    }

    private static UniformRandomProvider generator(SplitMix64 seeds) {
        return new XoShiRo256PlusPlus(seeds.nextLong(), seeds.nextLong(), seeds.nextLong(), seeds.nextLong());
    }

    /// {@return the first so many}
    public Workload first(int count) {
        return new Workload(requests.subList(0, Math.min(count, requests.size())));
    }

    /// {@return the same requests, so many times as often}
    public Workload faster(double factor) {
        if (!(factor > 0)) {
            throw new IllegalArgumentException("time is sped up by more than 0, not by " + factor);
        }
        return new Workload(requests.stream()
                .map(request -> new Request(
                        Math.round(request.arrival() / factor),
                        request.promptTokens(),
                        request.newTokens(),
                        request.tenant(),
                        request.priority(),
                        request.sharedTokens(),
                        request.group()))
                .toList());
    }

    /// {@return requests in a second, on average}
    public double rate() {
        long last = requests.isEmpty() ? 0 : requests.getLast().arrival();
        return last == 0 ? 0 : requests.size() / (last * 1e-9);
    }

    /// {@return the longest answer}
    public int longestAnswer() {
        return requests.stream().mapToInt(Request::newTokens).max().orElse(1);
    }
}
