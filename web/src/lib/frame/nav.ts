import { has } from '#lib/api/session.ts';
import type { Me } from '#lib/api/types.ts';
import type { Key } from '#lib/i18n/index.ts';
import type { IconName } from '#lib/ui/icons.ts';

export interface NavItem {
  href: string;
  key: Key;
}

/** The places everybody has, in the order of the bar at the bottom of a phone. */
export function places(me: Me | null): (NavItem & { icon: IconName })[] {
  return [
    { href: '/', key: 'nav.home', icon: 'home' },
    { href: '/blog', key: 'nav.blog', icon: 'blog' },
    { href: '/forum', key: 'nav.forum', icon: 'forum' },
    { href: '/chat', key: 'nav.chat', icon: 'chat' },
    me
      ? { href: '/mig', key: 'nav.me', icon: 'me' }
      : { href: '/log-ind', key: 'nav.sign_in', icon: 'me' },
  ];
}

/** What some have beside them; what one may do there the server decides. */
export function duties(me: Me | null): NavItem[] {
  const items: NavItem[] = [];
  if (has(me, 'peer_supporter')) items.push({ href: '/skriv', key: 'nav.write' });
  if (has(me, 'moderator', 'coordinator')) items.push({ href: '/moderering', key: 'nav.queue' });
  if (has(me, 'coordinator'))
    items.push(
      { href: '/personer', key: 'nav.people' },
      { href: '/indstillinger', key: 'nav.settings' },
    );
  return items;
}

/** Whether a place is the one the reader is in. */
export function isHere(href: string, path: string): boolean {
  return href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`);
}
