/** Makes a thing at the first call and keeps it for the others. After a failure the next call tries again. */
export function lazily<Thing>(make: () => Promise<Thing>): () => Promise<Thing> {
  let kept: Promise<Thing> | undefined;
  return () => {
    kept ??= make().catch((error: unknown) => {
      kept = undefined;
      throw error;
    });
    return kept;
  };
}
