/** Who works on contacts. `machine`: a bot that is an agent beside people, not a voice response unit. */
export const agentKinds = ['person', 'machine'] as const;
export type AgentKind = (typeof agentKinds)[number];
