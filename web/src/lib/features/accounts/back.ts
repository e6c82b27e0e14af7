/** Where somebody wanted to go before signing in: a path of this site only. */
export function wayBack(url: { searchParams: { get(name: string): string | null } }): string {
  const from = url.searchParams.get('fra') ?? '';
  return /^\/(?![/\\])/.test(from) ? from : '/';
}
