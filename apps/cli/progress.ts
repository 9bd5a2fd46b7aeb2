/** A line that rewrites itself, on a terminal only: pipes and logs get nothing. */
export function progressBar(title: string): { show(text: string): void; end(): void } {
  const out = process.stderr;
  if (!out.isTTY) return { show: () => undefined, end: () => undefined };
  const frames = ['|', '/', '-', '\\'];
  let shownAt = 0;
  let frame = 0;
  return {
    show(text) {
      const now = performance.now();
      if (now - shownAt < 80) return;
      shownAt = now;
      frame = (frame + 1) % frames.length;
      out.write(`\r\u001b[K${frames[frame] ?? ''} ${title}: ${text}`);
    },
    end() {
      out.write('\r\u001b[K');
    },
  };
}
