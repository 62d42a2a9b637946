"""The commands of a guest that do more than show facts; guest/commands.yaml has the help of all of them."""
