CREATE INDEX casework_case_supplementing ON casework_case (due_on) WHERE state = 'supplement_noticed';
