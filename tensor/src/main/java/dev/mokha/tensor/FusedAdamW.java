package dev.mokha.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Function;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;

/// libtorch's fused AdamW: one call updates every parameter, reading each number once, where single operations read
/// and write the parameters about eight times (figures in `docs/LOG.md`). The binding does not name it; TorchScript
/// reaches it.
///
/// Each parameter needs two moments of its own shape and type. Parameters without a gradient stay as they are.
public final class FusedAdamW implements AutoCloseable {
    private static final Script SCRIPT = new Script("""
            def adamw(params: List[Tensor], grads: List[Tensor], firsts: List[Tensor], seconds: List[Tensor],
                      counts: List[Tensor], rate: float, beta1: float, beta2: float, decay: float, eps: float,
                      scale: Optional[Tensor]):
                none: List[Tensor] = []
                torch._fused_adamw_(params, grads, firsts, seconds, none, counts, lr=rate, beta1=beta1, beta2=beta2,
                                    weight_decay=decay, eps=eps, amsgrad=False, maximize=False, grad_scale=scale,
                                    found_inf=None)
            """);
    private static final Function ADAMW = SCRIPT.function("adamw");

    private final List<Tensor> parameters;
    private final List<Tensor> firsts;
    private final List<Tensor> seconds;
    private final Tensor count;
    private final Lists all;

    /// Prepares the lists once; the tensors stay the caller's.
    ///
    /// @param firsts for each parameter the running mean of its gradient
    /// @param seconds for each parameter the running mean of its squared gradient
    public FusedAdamW(List<Tensor> parameters, List<Tensor> firsts, List<Tensor> seconds) {
        if (parameters.isEmpty() || parameters.size() != firsts.size() || parameters.size() != seconds.size()) {
            throw new IllegalArgumentException("fused AdamW needs as many moments as parameters, and at least one; got "
                    + parameters.size() + ", " + firsts.size() + " and " + seconds.size());
        }
        this.parameters = List.copyOf(parameters);
        this.firsts = List.copyOf(firsts);
        this.seconds = List.copyOf(seconds);
        try (var _ = Scope.open("fused adamw")) {
            this.count =
                    Tensors.zeros(DType.FLOAT32, parameters.getFirst().device()).retain();
        }
        this.all = lists(IntStream.range(0, parameters.size()).toArray());
    }

    /// {@return whether the fused update can take these: contiguous, of one floating type, on one device}
    public static boolean supports(List<Tensor> parameters) {
        if (parameters.isEmpty()) {
            return false;
        }
        Tensor first = parameters.getFirst();
        return first.dtype().isFloating()
                && parameters.stream()
                        .allMatch(p -> p.isContiguous()
                                && p.dtype() == first.dtype()
                                && p.device().equals(first.device()));
    }

    /// The numbers of one update.
    ///
    /// @param rate the learning rate
    /// @param betas the decay rates of the two moments
    /// @param weightDecay the decoupled decay, multiplied with the rate
    /// @param eps added to the root of the second moment
    /// @param count this is the count-th update, from 1, for the bias correction; infinite for none
    /// @param gradScale what gradients are multiplied with first
    public record Update(double rate, Betas betas, double weightDecay, double eps, double count, double gradScale) {}

    /// The decay rates of the two moments.
    public record Betas(double first, double second) {
        public Betas {
            if (!(first >= 0 && first < 1 && second >= 0 && second < 1)) {
                throw new IllegalArgumentException("betas lie in [0, 1), not " + first + " and " + second);
            }
        }
    }

    /// Updates every parameter that has a gradient, and its moments. With `gradScale` other than 1 the gradients
    /// themselves are scaled too.
    public void step(Update update) {
        try (var _ = Scope.open("fused adamw");
                var _ = Gradients.off()) {
            List<Tensor> grads = new ArrayList<>();
            int[] present = IntStream.range(0, parameters.size())
                    .filter(i -> {
                        Tensor grad = parameters.get(i).grad();
                        return grad != null && grads.add(grad);
                    })
                    .toArray();
            if (present.length == 0) {
                return;
            }
            count.fillInPlace(Math.min(update.count(), 1e30)); // β^1e30 is 0: no correction
            IValue scale = new IValue();
            if (update.gradScale() != 1) {
                scale = new IValue(Tensors.full(1 / update.gradScale(), DType.FLOAT32, count.device())
                        .handle());
            }
            boolean everyOne = present.length == parameters.size();
            Lists lists = everyOne ? all : lists(present);
            IValue gradList = Script.list(grads);
            ADAMW.apply(new IValueVector(
                    lists.parameters,
                    gradList,
                    lists.firsts,
                    lists.seconds,
                    lists.counts,
                    new IValue(update.rate()),
                    new IValue(update.betas().first()),
                    new IValue(update.betas().second()),
                    new IValue(update.weightDecay()),
                    new IValue(update.eps()),
                    scale));
            gradList.close();
            if (!everyOne) {
                lists.close();
            }
        }
    }

    /// Frees the lists; the tensors stay.
    @Override
    public void close() {
        all.close();
        count.close();
    }

    private Lists lists(int[] which) {
        return new Lists(
                Script.list(IntStream.of(which).mapToObj(parameters::get).toList()),
                Script.list(IntStream.of(which).mapToObj(firsts::get).toList()),
                Script.list(IntStream.of(which).mapToObj(seconds::get).toList()),
                Script.list(IntStream.of(which).mapToObj(_ -> count).toList()));
    }

    /// The native lists of one call.
    private record Lists(IValue parameters, IValue firsts, IValue seconds, IValue counts) {
        void close() {
            parameters.close();
            firsts.close();
            seconds.close();
            counts.close();
        }
    }
}
