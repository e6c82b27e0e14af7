import type { Lang } from './index.ts';
import type { Messages } from './translate.ts';

/** Areas that few pages have. They stand apart from the others, so that no other page carries the way to them. */
const loaders = {
  open: { da: () => import('./da.open.ts'), en: () => import('./en.open.ts') },
  training: { da: () => import('./da.training.ts'), en: () => import('./en.training.ts') },
};

/** Texts of one such area in the reader's language. */
export async function loadMore(area: keyof typeof loaders, lang: Lang): Promise<Messages> {
  return (await loaders[area][lang]()).default;
}
