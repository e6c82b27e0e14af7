/** Topics as they are typed ("skole, angst") and as the server has them. */
export function parseTags(typed: string): string[] {
  const found = typed
    .split(/[,;\n]/)
    .map((tag) => tag.trim().replace(/^#/, '').toLocaleLowerCase('da'))
    .filter(Boolean);
  return [...new Set(found)];
}
