import { goto } from '$app/navigation';
import { isDiscreet } from './discreet.ts';

/** Goes to another page of the site, as a link would: in the same step of history where somebody wants to be discreet. */
export const visit: typeof goto = (url, options) =>
  goto(url, { replace: isDiscreet(), ...options });
