package dev.mokha.bench;

import dev.mokha.serve.schedule.FirstCome;
import dev.mokha.serve.schedule.Job;
import dev.mokha.serve.schedule.Listener;
import dev.mokha.serve.schedule.Outcome;
import dev.mokha.serve.schedule.Prompt;
import dev.mokha.serve.schedule.QueueLimits;
import dev.mokha.serve.schedule.Scheduler;
import dev.mokha.serve.schedule.SchedulerOptions;
import dev.mokha.serve.schedule.StepLimits;
import dev.mokha.serve.schedule.StepPlan;
import java.util.Arrays;

/// What planning a step costs and taking its outcomes, on one thread: so many sequences write, so many jobs wait.
final class ScheduleBench {
    private static final int STEPS = 2_500;
    private static final int WARM = 1_500;
    private static final int PROMPT = 64;

    private ScheduleBench() {}

    public static void main(String[] args) {
        System.out.printf("%10s %10s %12s%n", "running", "waiting", "µs, median");
        for (int running : new int[] {1, 16, 64, 256}) {
            for (int waiting : new int[] {0, 1_000}) {
                System.out.printf("%10d %10d %12.1f%n", running, waiting, median(running, waiting));
            }
        }
    }

    private static double median(int running, int waiting) {
        var options = SchedulerOptions.of(64_000)
                .withSteps(StepLimits.of(PROMPT * running, running))
                .withQueue(new QueueLimits(running + waiting, Long.MAX_VALUE, Long.MAX_VALUE));
        var scheduler = new Scheduler(options, new FirstCome(), Listener.NONE);
        for (int job = 0; job < running + waiting; job++) {
            int[] ids = new int[PROMPT];
            Arrays.setAll(ids, position -> position);
            ids[0] = job; // nothing is shared
            scheduler.submit(Job.of(job, Prompt.of(ids), STEPS + PROMPT, job), 0);
        }
        double[] micros = new double[STEPS - WARM];
        for (int step = 0; step < STEPS; step++) {
            long begin = System.nanoTime();
            StepPlan plan = scheduler.plan(step);
            var outcomes = plan.slices().stream()
                    .map(slice -> slice.logits() ? Outcome.tokens(slice.from()) : Outcome.none())
                    .toList();
            scheduler.advance(plan, outcomes, step);
            if (step >= WARM) {
                micros[step - WARM] = (System.nanoTime() - begin) / 1e3;
            }
        }
        Arrays.sort(micros);
        return micros[micros.length / 2];
    }
}
