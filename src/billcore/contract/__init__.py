"""What was agreed: the contract, its lines and measures, parties, catalogue, facts, intake and resolution."""
