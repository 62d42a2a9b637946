"""What learners answer: what is right, in every fair form, and at least two likely mistakes for each exercise."""
