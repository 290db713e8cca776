// Bursts of news become one call.

/** A function that calls `react` soon after it is called, once for all calls in between; the longer they do not stop, the
 *  longer it waits: from `least` to `most` ms. The pauses differ from browser to browser, so that not all ask at once. */
export function gathered(react, { least = 400, most = 3000 } = {}) {
  let waiting = null;
  let pause = least;
  let last = -Infinity;
  return () => {
    if (waiting) return;
    pause = performance.now() - last < 2 * pause ? Math.min(pause * 1.5, most) : least;
    waiting = setTimeout(async () => {
      waiting = null;
      await react();
      last = performance.now();
    }, pause * (0.75 + Math.random() / 2));
  };
}
