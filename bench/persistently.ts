const attempts = 5;

/**
 * Does the work again when it fails, says so, and counts: one failure shall not end minutes of
 * measuring, nor go unseen.
 */
export async function persistently<T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly failures: number }> {
  for (let failures = 0; ; failures++) {
    try {
      return { result: await work(), failures };
    } catch (error) {
      if (failures + 1 === attempts) throw error;
      process.stderr.write(`       done again: ${String(error).slice(0, 300)}\n`);
    }
  }
}
