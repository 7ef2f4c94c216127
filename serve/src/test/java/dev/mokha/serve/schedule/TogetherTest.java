package dev.mokha.serve.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Jobs whose branches go on all together or not at all, as beams do.
class TogetherTest {
    /// The last who came is the first to begin, so that juniors come back before their seniors.
    private static final Policy LAST_COME = (sequence, _) -> -sequence.job().arrival();

    private static void run(int blocks, long seed) {
        var chance = new SplittableRandom(seed);
        var memory = MemoryOptions.of(blocks)
                .withBlockSize(1)
                .withReservation(Reservation.CHUNK)
                .withSharing(seed % 2 == 0)
                .withHostSlots(seed % 3 == 0 ? 16 : 0);
        var options = SchedulerOptions.of(1).withMemory(memory).withSteps(StepLimits.of(64, 32));
        var engine = new FakeEngine(memory, seed);
        var scheduler = new Scheduler(options, LAST_COME, Listener.NONE);
        for (int id = 0; id < 7; id++) {
            boolean search = id != 2 && id != 5;
            var prompt = Prompt.of(chance.ints(2 + chance.nextInt(6), 1, 1000).toArray());
            Job job = Job.of(id, prompt, search ? 12 : 24, id)
                    .withSamples(search ? FakeEngine.BEAMS : 1)
                    .withPriority(search ? 0 : 9);
            assertThat(scheduler.submit(job, id)).isInstanceOf(Admission.Accepted.class);
        }
        for (int step = 0; step < 1000 && !scheduler.isIdle(); step++) {
            StepPlan plan = scheduler.plan(10 + step);
            scheduler.advance(plan, engine.run(plan), 10 + step);
        }
        assertThat(scheduler.isIdle())
                .as("%d blocks, seed %d, %s", blocks, seed, scheduler)
                .isTrue();
        assertThat(scheduler.state().blocks().used()).isZero();
    }

    @Test
    void noneWaitsForEver() {
        for (int blocks = 47; blocks < 70; blocks++) { // one job alone needs up to 7 + 3 · 13
            for (long seed = 0; seed < 40; seed++) {
                run(blocks, seed);
            }
        }
    }
}
