package dev.mokha.tensor;

import java.util.Locale;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/// Float32 products by oneDNN. libtorch sends them to BLAS, which for MKL means AVX2 code on processors that are not
/// Intel's; oneDNN uses what the processor has.
final class OneDnn {
    /// Products with fewer multiplications than this gain nothing from oneDNN's set-up.
    private static final long FEWEST_PRODUCTS = 1L << 20;

    /// One row at a time is bound by memory; MKL reads faster.
    private static final long FEWEST_ROWS = 8;

    private static final boolean HERE = torch.hasMKLDNN() && isX86();

    private OneDnn() {}

    private static boolean isX86() {
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return arch.equals("amd64") || arch.equals("x86_64");
    }

    /// {@return whether `x Wᵀ` is a large float32 product on the processor, outside autocast}
    static boolean suits(Tensor x, Tensor weight) {
        if (!HERE || weight.dim() != 2 || x.dim() < 1 || !isFloat(x) || !isFloat(weight)) {
            return false;
        }
        long in = weight.size(1);
        if (in == 0 || x.size(-1) != in) {
            return false; // the general path words the error
        }
        long rows = x.numel() / in;
        return rows >= FEWEST_ROWS
                && rows * in * weight.size(0) >= FEWEST_PRODUCTS
                && x.is_cpu()
                && weight.is_cpu()
                && !torch.is_autocast_enabled(DeviceType.CPU);
    }

    private static boolean isFloat(Tensor tensor) {
        return tensor.scalar_type().value == ScalarType.Float.value;
    }

    /// {@return `x Wᵀ + b`, recorded for gradients}
    static Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias) {
        Tensor blocked = x.to_mkldnn();
        return (bias == null
                        ? torch.mkldnn_linear(blocked, weight)
                        : torch.mkldnn_linear(blocked, weight, new TensorOptional(bias)))
                .to_dense();
    }
}
