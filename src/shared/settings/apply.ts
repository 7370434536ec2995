import { adviseSettings } from './advise.ts';
import { deriveSettings } from './derive.ts';
import type { CredentialsSource } from './derive-credentials.ts';
import type { Finding } from './finding.ts';
import { type OverlayOptions, overlaySettings } from './overlay.ts';
import type { Settings } from './settings.ts';

export type ApplyOptions = OverlayOptions & Omit<CredentialsSource, 'given'>;

/**
 * Lays one parsed configuration over earlier settings, derives what follows from it, and says what an operator
 * should know about the result. When a finding is an error, the settings must not be used.
 */
export function applySettings(
  base: Settings,
  parsed: unknown,
  options: ApplyOptions = {},
): { readonly settings: Settings; readonly findings: readonly Finding[] } {
  const overlay = overlaySettings(base, parsed, options);
  const derived = deriveSettings(overlay.settings, { ...options, given: overlay.given });
  return {
    settings: derived.settings,
    findings: [...overlay.findings, ...derived.findings, ...adviseSettings(derived.settings)],
  };
}
