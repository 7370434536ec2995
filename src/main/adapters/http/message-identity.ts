import type { Settings } from '../../../shared/settings/settings.ts';

/**
 * What the fork puts before the message of every envelope, so that one sees behind a load balancer who answered
 * (http-api reference, differences of the fork); empty when it isn't asked for.
 * @param hostname this node's, with or without its domain
 */
export function messagePrefix(settings: Settings, hostname: string): string {
  const identity = identityOf(settings, hostname);
  return identity === '' ? '' : `Orchestrator ${identity} says: `;
}

function identityOf({ PrependMessagesWithOrcIdentity: form, CustomOrcIdentity: custom }: Settings, hostname: string) {
  switch (form.toLowerCase()) {
    case 'fqdn':
      return hostname || custom;
    case 'hostname':
      return hostname.split('.')[0] || custom;
    case 'custom':
      return custom;
    default:
      return '';
  }
}
