/** A shape (1–4) and a colour (1–6) that stay the same for an id, so a pseudonym can be recognised. */
export function pebbleOf(id: string): { shape: number; colour: number } {
  let hash = 2166136261;
  for (let i = 0; i < id.length; i += 1) {
    hash = Math.imul(hash ^ id.charCodeAt(i), 16777619);
  }
  const spread = (hash ^ (hash >>> 15)) >>> 0;
  return { shape: (spread % 4) + 1, colour: (Math.floor(spread / 4) % 6) + 1 };
}
