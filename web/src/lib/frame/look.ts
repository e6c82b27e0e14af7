/** The reader's own choices on this device: language, theme, contrast, motion. */

export type Look = 'lang' | 'theme' | 'contrast' | 'motion';

const asked: Record<Exclude<Look, 'lang'>, () => string> = {
  theme: () => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'),
  contrast: () => (matchMedia('(prefers-contrast: more)').matches ? 'more' : 'normal'),
  motion: () => (matchMedia('(prefers-reduced-motion: reduce)').matches ? 'less' : 'normal'),
};

/** The choice made here, or `auto`. */
export function chosen(look: Look): string {
  try {
    return localStorage.getItem(`look.${look}`) ?? 'auto';
  } catch {
    return 'auto';
  }
}

/** Keeps a choice on this device (where the device allows it) and applies it at once. */
export function choose(look: Look, value: string): void {
  try {
    if (value === 'auto') localStorage.removeItem(`look.${look}`);
    else localStorage.setItem(`look.${look}`, value);
  } catch {
    // A private window without storage: the choice lasts as long as the page.
  }
  const root = document.documentElement;
  if (look === 'lang') root.lang = value === 'en' ? 'en' : 'da';
  else root.dataset[look] = value === 'auto' ? asked[look]() : value;
}
