/** Brings an element into sight once the page has settled: what was written may leave a box that shrinks in the same moment. */
export function seenAtOnce(element: HTMLElement): () => void {
  let frame = requestAnimationFrame(() => {
    frame = requestAnimationFrame(() => element.scrollIntoView({ block: 'nearest' }));
  });
  return () => cancelAnimationFrame(frame);
}
