const attempts = 5;

/**
 * Repeats the work when it fails, reports the failure, and counts it. One failure must not end
 * minutes of measuring, nor go unnoticed.
 */
export async function persistently<T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly failures: number }> {
  for (let failures = 0; ; failures++) {
    try {
      return { result: await work(), failures };
    } catch (error) {
      if (failures + 1 === attempts) throw error;
      process.stderr.write(`       repeated: ${String(error).slice(0, 300)}\n`);
    }
  }
}
